package io.tributary.retriever.engine.source;

import io.netty.buffer.ByteBuf;
import io.tributary.content.ByteRange;
import io.tributary.exchange.Breakage;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.FragmentHeader;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.Reason;
import io.tributary.exchange.Status;
import io.tributary.exchange.client.Fetch;
import io.tributary.exchange.client.FetchException;
import io.tributary.exchange.client.FetchResult;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.FragmentConsumer;
import io.tributary.exchange.client.Provider;
import io.tributary.fetch.Source;
import io.tributary.retriever.engine.source.SourceException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A fragment at another node, over the exchange. */
record ExchangeOffer(
    Source source, Provider provider, FragmentName name, FragmentClient client, FetchTerms terms)
    implements FragmentOffer {

  @Override
  public boolean givesRanges() {
    return true;
  }

  @Override
  public Fetching fetch(ByteRange range, Duration deadline, Sink sink) {
    Fetch fetch =
        client.fetch(provider, terms.request(name, range, deadline), new SinkConsumer(sink));
    CompletableFuture<Fetched> result = new CompletableFuture<>();
    var unused =
        fetch
            .result()
            .whenComplete(
                (ended, failure) -> {
                  if (failure == null) {
                    result.complete(fetched(ended));
                  } else {
                    result.completeExceptionally(explain(failure));
                  }
                });
    fetch.request(Fetch.UNBOUNDED);
    return new Fetching() {
      @Override
      public void cancel() {
        fetch.cancel();
      }

      @Override
      public CompletableFuture<Fetched> result() {
        return result;
      }
    };
  }

  /** Hands on to a sink. */
  private record SinkConsumer(Sink sink) implements FragmentConsumer {
    @Override
    public void onHeader(FragmentHeader header) {
      if (header.outcome() != CacheOutcome.HIT) {
        sink.onFilling();
      }
    }

    @Override
    public void onBytes(ByteBuf bytes) {
      try {
        for (ByteBuffer each : bytes.nioBuffers()) {
          sink.onBytes(each);
        }
      } finally {
        bytes.release();
      }
    }
  }

  private static Fetched fetched(FetchResult ended) {
    return new Fetched() {
      @Override
      public boolean isVerified() {
        return ended instanceof FetchResult.Verified;
      }

      @Override
      public void judge(Judgement judgement) {
        if (ended instanceof FetchResult.Unverified open) {
          switch (judgement) {
            case RIGHT -> open.judgement().right();
            case WRONG -> open.judgement().wrong();
            case UNKNOWN -> open.judgement().unknown();
          }
        }
      }
    };
  }

  private static SourceException explain(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : failure;
    if (cause instanceof FetchException known) {
      return new SourceException(
          kind(known.reason()), String.valueOf(known.getMessage()), known.retryAfter());
    }
    return new SourceException(Kind.FAILED, cause.toString());
  }

  private static Kind kind(Reason reason) {
    if (reason instanceof Status status) {
      return switch (status) {
        case NOT_FOUND, NOT_IN_FILE -> Kind.MISSING;
        case BUSY, UNAVAILABLE -> Kind.BUSY;
        case FORBIDDEN,
            PAYMENT_REQUIRED,
            TOO_EXPENSIVE,
            NO_LANE,
            LANE_CLOSED,
            TOO_MANY_LANES,
            NO_ESCROW,
            WRONG_CONTRACT,
            BAD_PROOF ->
            Kind.REFUSED;
        case OK, BAD_REQUEST, TIMED_OUT, CANCELLED, ORIGIN_FAILED, INTERNAL_ERROR -> Kind.FAILED;
      };
    }
    return switch ((Breakage) reason) {
      case WRONG_BYTES -> Kind.LIED;
      case ABORTED -> Kind.RELAYED_A_LIE;
      case CANCELLED_HERE -> Kind.CANCELLED;
      case LANE_CLOSED_HERE, LANE_REFUSED, OVER_CEILING -> Kind.REFUSED;
      case TOO_MANY_FETCHES, LEDGER_TROUBLE, CONSUMER_FAILED, STOPPED -> Kind.SELF;
      case UNREACHABLE,
          RELAYED_ONLY,
          UNSUPPORTED,
          DEADLINE_PASSED,
          CONNECTION_LOST,
          BROKEN_OFF,
          BAD_ANSWER ->
          Kind.FAILED;
    };
  }
}
