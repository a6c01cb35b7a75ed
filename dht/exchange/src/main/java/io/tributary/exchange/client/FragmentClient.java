package io.tributary.exchange.client;

import io.tributary.content.FragmentHash;
import io.tributary.exchange.Breakage;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.credit.Verdict;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** The asking side of an exchange on a host: fetches fragments and pays for them. Thread-safe. */
public final class FragmentClient {
  private final Host host;
  private final Optional<PaidLanes> lanes;
  private final ClientSettings settings;
  private final AtomicInteger fetches = new AtomicInteger();
  private final Transfer.Shared shared;

  /**
   * A client.
   *
   * @param payer who pays; empty to ask for gifts only
   * @param computing runs what computes long: vouchers are signed there
   * @param time what deadlines go by
   */
  public FragmentClient(
      Host host,
      Optional<Payer> payer,
      ClientSettings settings,
      Executor computing,
      Timekeeper time,
      ExchangeMetrics metrics) {
    this.host = host;
    this.settings = settings;
    this.lanes =
        payer.map(
            each ->
                new PaidLanes(
                    new PaidLane.Shared(
                        each,
                        new VoucherDigest(each.ledger().domain()),
                        host.peerId(),
                        settings,
                        computing,
                        time,
                        metrics)));
    this.shared =
        new Transfer.Shared(host, lanes, settings, time, metrics, fetches::decrementAndGet);
  }

  /**
   * Begins to fetch a fragment or a range of it. Nothing is handed on before it is {@linkplain
   * Fetch#request asked for}.
   */
  public Fetch fetch(Provider provider, FetchRequest request, FragmentConsumer consumer) {
    Transfer transfer = new Transfer(shared, provider, request, consumer);
    if (fetches.incrementAndGet() > settings.maxFetches()) {
      fetches.decrementAndGet();
      transfer
          .result()
          .completeExceptionally(
              new FetchException(
                  Breakage.TOO_MANY_FETCHES, settings.maxFetches() + " are under way"));
    } else {
      transfer.start();
    }
    return new Fetch(transfer);
  }

  /**
   * Asks a provider which of some fragments it holds.
   *
   * @param fragments 1 to 1024
   * @return bit i stands for fragment i; a failure is a {@link FetchException}; to cancel it ends
   *     the stream
   */
  public CompletableFuture<BitSet> have(
      Provider provider, List<FragmentHash> fragments, Duration deadline) {
    return HaveAsking.ask(host, provider, fragments, deadline);
  }

  /**
   * Waits until all that came is paid for, as before leaving: the last vouchers of a transfer are
   * on their way for a moment after its end.
   *
   * @param atMost how long; payees that are gone are not waited for
   * @return whether it is so; completes by then
   */
  public CompletableFuture<Boolean> paidUp(Duration atMost) {
    CompletableFuture<Boolean> paid = new CompletableFuture<>();
    awaitPaidUp(paid, shared.time().nanoTime() + atMost.toNanos());
    return paid;
  }

  private void awaitPaidUp(CompletableFuture<Boolean> paid, long deadlineNanos) {
    boolean isPaid = fetches.get() == 0 && lanes.map(PaidLanes::arePaidUp).orElse(true);
    if (isPaid || shared.time().nanoTime() - deadlineNanos >= 0) {
      paid.complete(isPaid);
    } else if (!paid.isDone()) {
      shared.time().after(settings.flushAfter(), () -> awaitPaidUp(paid, deadlineNanos));
    }
  }

  /** How many fetches are under way. */
  public int fetches() {
    return fetches.get();
  }

  /** Why nothing is paid to a payee any more, if that is so. */
  public Optional<Verdict> verdict(EvmAddress payee) {
    return lanes.flatMap(each -> each.existing(payee)).flatMap(each -> each.lane().verdict());
  }

  /** The bytes of the highest voucher that a payee has said to be durable. */
  public long acknowledgedBytes(EvmAddress payee) {
    return lanes
        .flatMap(each -> each.existing(payee))
        .map(each -> each.lane().acknowledgedBytes())
        .orElse(0L);
  }
}
