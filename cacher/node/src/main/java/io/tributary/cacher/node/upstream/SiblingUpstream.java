package io.tributary.cacher.node.upstream;

import io.netty.buffer.ByteBuf;
import io.tributary.exchange.Breakage;
import io.tributary.exchange.Fault;
import io.tributary.exchange.FillSource;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.Reason;
import io.tributary.exchange.Status;
import io.tributary.exchange.client.Fetch;
import io.tributary.exchange.client.FetchException;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FetchResult;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.FragmentConsumer;
import io.tributary.exchange.client.Provider;
import io.tributary.fetch.Source;
import io.tributary.fetch.SourceKind;
import io.tributary.ledger.PricePerGib;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Another cacher, asked and paid as by any payer. */
final class SiblingUpstream implements Upstream {
  /** How many bytes may come before those that came have been taken. */
  static final int WINDOW_BYTES = 1 << 20;

  private final FragmentClient client;
  private final Provider provider;
  private final PricePerGib ceiling;
  private final Executor executor;

  /**
   * A sibling.
   *
   * @param ceiling the highest price that is paid
   * @param executor where bytes are handed over, since the client's event loop may not wait
   */
  SiblingUpstream(
      FragmentClient client, Provider provider, PricePerGib ceiling, Executor executor) {
    this.client = client;
    this.provider = provider;
    this.ceiling = ceiling;
    this.executor = executor;
  }

  @Override
  public Source source() {
    return new Source(SourceKind.HOME, provider.peer().toString());
  }

  @Override
  public FillSource blamedAs() {
    return new FillSource(FillSource.Kind.CACHER, FillSource.Id.of(provider.peer().toBytes()));
  }

  @Override
  public Cancellation fetch(FragmentName name, Duration deadline, Receiver receiver) {
    Handover handover = new Handover(receiver);
    Fetch fetch = client.fetch(provider, FetchRequest.whole(name, ceiling, deadline), handover);
    handover.fetch.complete(fetch);
    fetch.result().whenComplete((result, failure) -> handover.end(result, failure));
    fetch.request(WINDOW_BYTES);
    return fetch::cancel;
  }

  /** Carries bytes from the client's event loop to the executor, in order. */
  private final class Handover implements FragmentConsumer {
    private final SerialTasks tasks = new SerialTasks(executor);
    private final Receiver receiver;
    private final CompletableFuture<Fetch> fetch = new CompletableFuture<>();

    Handover(Receiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void onBytes(ByteBuf bytes) {
      tasks.add(
          () -> {
            int count = bytes.readableBytes();
            try {
              for (ByteBuffer each : bytes.nioBuffers()) {
                receiver.onBytes(each);
              }
            } finally {
              bytes.release();
            }
            fetch.thenAccept(each -> each.request(count));
          });
    }

    void end(FetchResult result, Throwable failure) {
      UpstreamEnd end =
          result == null
              ? SiblingUpstream.end(failure)
              : UpstreamEnd.of(UpstreamEnd.Kind.DELIVERED, "VERIFIED");
      tasks.add(() -> receiver.onEnd(end));
    }
  }

  private static UpstreamEnd end(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (!(cause instanceof FetchException known)) {
      return UpstreamEnd.of(UpstreamEnd.Kind.OWN_FAULT, Breakage.CONSUMER_FAILED.name());
    }
    UpstreamEnd.Kind kind = kind(known.reason());
    return new UpstreamEnd(
        kind,
        known.reason().name(),
        kind == UpstreamEnd.Kind.ABORTED ? known.source() : Optional.empty());
  }

  private static UpstreamEnd.Kind kind(Reason reason) {
    if (reason instanceof Status status) {
      return switch (status) {
        case NOT_FOUND, NOT_IN_FILE -> UpstreamEnd.Kind.ABSENT;
        case BUSY, UNAVAILABLE -> UpstreamEnd.Kind.BUSY;
        case TIMED_OUT, ORIGIN_FAILED, INTERNAL_ERROR -> UpstreamEnd.Kind.FAILED;
        default -> UpstreamEnd.Kind.REFUSED;
      };
    }
    if (reason == Breakage.WRONG_BYTES) {
      return UpstreamEnd.Kind.LIED;
    }
    if (reason == Breakage.ABORTED) {
      return UpstreamEnd.Kind.ABORTED;
    }
    if (reason == Breakage.CANCELLED_HERE) {
      return UpstreamEnd.Kind.CANCELLED;
    }
    if (reason == Breakage.LANE_CLOSED_HERE
        || reason == Breakage.LANE_REFUSED
        || reason == Breakage.OVER_CEILING) {
      return UpstreamEnd.Kind.REFUSED;
    }
    return reason.fault() == Fault.SELF ? UpstreamEnd.Kind.OWN_FAULT : UpstreamEnd.Kind.FAILED;
  }

  @Override
  public String toString() {
    return "sibling " + provider.peer();
  }
}
