package io.tributary.cacher.node.upstream;

import io.tributary.cacher.node.catalog.MinerAddresses;
import io.tributary.content.AccountId;
import io.tributary.exchange.FillSource;
import io.tributary.exchange.FragmentName;
import io.tributary.fetch.Source;
import io.tributary.fetch.SourceKind;
import io.tributary.origin.miner.FragmentSource;
import io.tributary.origin.miner.MinerClient;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.Transfer;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;

/** A storage miner. */
final class MinerUpstream implements Upstream {
  private final MinerClient client;
  private final MinerAddresses addresses;
  private final AccountId account;
  private final Endpoint endpoint;

  MinerUpstream(
      MinerClient client, MinerAddresses addresses, AccountId account, Endpoint endpoint) {
    this.client = client;
    this.addresses = addresses;
    this.account = account;
    this.endpoint = endpoint;
  }

  @Override
  public Source source() {
    return new Source(SourceKind.MINER, account.toString());
  }

  @Override
  public FillSource blamedAs() {
    return new FillSource(FillSource.Kind.MINER, FillSource.Id.of(account.toBytes()));
  }

  @Override
  public Cancellation fetch(FragmentName name, Duration deadline, Receiver receiver) {
    CompletableFuture<Transfer> call =
        client.stream(
            new FragmentSource(endpoint, name.fid(), name.hash()), new Handover(receiver));
    call.whenComplete(
        (transfer, failure) ->
            receiver.onEnd(
                transfer == null
                    ? end(failure)
                    : UpstreamEnd.of(UpstreamEnd.Kind.DELIVERED, "VERIFIED")));
    return () -> call.cancel(true);
  }

  private UpstreamEnd end(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof UpstreamException known) {
      if (known.reason() == UpstreamReason.UNREACHABLE) {
        addresses.forget(account);
      }
      return UpstreamEnd.of(kind(known.reason()), known.reason().name());
    }
    if (cause instanceof CancellationException) {
      return UpstreamEnd.of(UpstreamEnd.Kind.CANCELLED, UpstreamEnd.Kind.CANCELLED.name());
    }
    return UpstreamEnd.of(UpstreamEnd.Kind.FAILED, UpstreamReason.TIMEOUT.name());
  }

  private static UpstreamEnd.Kind kind(UpstreamReason reason) {
    return switch (reason) {
      case WRONG_HASH, TOO_LONG -> UpstreamEnd.Kind.LIED;
      case NOT_FOUND, NOT_DECLARED -> UpstreamEnd.Kind.ABSENT;
      case BUSY, SATURATED, CIRCUIT_OPEN -> UpstreamEnd.Kind.BUSY;
      case REFUSED_SIGNATURE, REFUSED_REQUEST, SLOW_CONSUMER, CONSUMER_FAILED ->
          UpstreamEnd.Kind.OWN_FAULT;
      case UNREACHABLE, TIMEOUT, STALLED, SERVER_ERROR, EMPTY_ANSWER, TOO_SHORT, MALFORMED ->
          UpstreamEnd.Kind.FAILED;
    };
  }

  /** Hands bytes on; the end is told by the call's future, which knows more. */
  private static final class Handover implements Flow.Subscriber<ByteBuffer> {
    private final Receiver receiver;

    Handover(Receiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      // The next batch is asked for when this one has been taken, so nothing piles up.
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      receiver.onBytes(bytes);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }

  @Override
  public String toString() {
    return "miner " + account + " at " + endpoint;
  }
}
