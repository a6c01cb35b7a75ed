package io.tributary.bench.exchange;

import io.netty.buffer.ByteBuf;
import io.tributary.bench.process.WorkerLoop;
import io.tributary.content.FragmentHash;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.client.ClientSettings;
import io.tributary.exchange.client.Fetch;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FetchResult;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.Payer;
import io.tributary.exchange.client.Provider;
import io.tributary.exchange.lane.SettledVouchers;
import io.tributary.exchange.lane.UnprovenLimits;
import io.tributary.exchange.server.AccessPolicy.Admission;
import io.tributary.exchange.server.FragmentServer;
import io.tributary.exchange.server.FragmentSource;
import io.tributary.exchange.server.HeldFragment;
import io.tributary.exchange.server.Payee;
import io.tributary.exchange.server.ServerSettings;
import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The program of a measured JVM: {@code ExchangeWorker FOLDER} serves, {@code ExchangeWorker FOLDER
 * ADDRESS PEER PAYEE} fetches and pays. It ends when its stdin does.
 *
 * <ul>
 *   <li>{@code warm-up N} signs, checks and writes down N vouchers
 *   <li>{@code usage} answers {@link ExchangeSide#usage} and {@code compileMillis}; a server also
 *       {@code vouchers} and {@code cutOffs}, a client {@code streamBytes}
 *   <li>{@code eager N IN_FLIGHT} has a client fetch N fragments and pay for each least step of
 *       them with a voucher of its own
 *   <li>{@code plain N IN_FLIGHT} and {@code paid N IN_FLIGHT} have a client fetch N fragments and
 *       answer the {@code nanos} it took
 * </ul>
 */
final class ExchangeWorker {
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private static final int LANE = 1;
  private static final int EAGER_LANE = 2;

  private ExchangeWorker() {}

  public static void main(String[] arguments) throws Exception {
    WorkerLoop loop = new WorkerLoop();
    try (ExchangeSide side = new ExchangeSide(Path.of(arguments[0]))) {
      if (arguments.length == 1) {
        serve(side, loop);
      } else {
        Provider provider =
            new Provider(
                PeerId.parse(arguments[2]),
                List.of(Multiaddr.parse(arguments[1])),
                Optional.of(EvmAddress.parse(arguments[3])));
        fetch(side, provider, loop);
      }
    }
  }

  private static void serve(ExchangeSide side, WorkerLoop loop) throws Exception {
    AtomicLong vouchers = new AtomicLong();
    AtomicLong cutOffs = new AtomicLong();
    FragmentServer server =
        new FragmentServer(
            side.host,
            new OneFragment(side.fragment),
            (peer, request) ->
                request.payment().isPresent() ? new Admission.Paid() : new Admission.Gift(),
            new Payee(
                side.key.address(),
                side.ledger,
                (lane, signer) -> Optional.of(new Escrow(Amount.ZERO, Amount.of(Long.MAX_VALUE))),
                SettledVouchers.NONE,
                CreditTerms.defaults(),
                side.curve),
            ExchangeSide.PRICE,
            ServerSettings.defaults(),
            side.computing,
            side.time,
            new ExchangeMetrics() {
              @Override
              public void voucherReceived() {
                vouchers.incrementAndGet();
              }

              @Override
              public void cutOff() {
                cutOffs.incrementAndGet();
              }
            });
    server.start();
    loop.run(
        Map.of(
            "address", side.host.listenAddresses().iterator().next().toString(),
            "peer", side.host.peerId().toString(),
            "payee", side.key.address().toString()),
        (command, words) ->
            switch (command) {
              case "warm-up" -> warmUp(side, words);
              case "usage" -> usage(Map.of("vouchers", vouchers.get(), "cutOffs", cutOffs.get()));
              default -> throw new IllegalArgumentException("no command " + command);
            });
    server.close();
  }

  private static void fetch(ExchangeSide side, Provider provider, WorkerLoop loop)
      throws Exception {
    CreditTerms usual = CreditTerms.defaults();
    FragmentClient plain = client(side, Optional.empty());
    FragmentClient paid = client(side, Optional.of(payer(side, LANE, usual)));
    FragmentClient eager =
        client(side, Optional.of(payer(side, EAGER_LANE, withSmallestWindow(usual))));
    loop.run(
        Map.of("curve", side.curve.name()),
        (command, words) ->
            switch (command) {
              case "warm-up" -> warmUp(side, words);
              case "usage" -> usage(Map.of("streamBytes", streamBytes(side)));
              case "plain" -> Map.of("nanos", transfer(side, plain, provider, words));
              case "paid" -> Map.of("nanos", transfer(side, paid, provider, words));
              case "eager" -> Map.of("nanos", transfer(side, eager, provider, words));
              default -> throw new IllegalArgumentException("no command " + command);
            });
  }

  private static Map<String, Long> usage(Map<String, Long> more) {
    Map<String, Long> usage = new HashMap<>(ExchangeSide.usage());
    usage.put("compileMillis", ExchangeSide.compileMillis());
    usage.putAll(more);
    return usage;
  }

  private static FragmentClient client(ExchangeSide side, Optional<Payer> payer) {
    return new FragmentClient(
        side.host,
        payer,
        ClientSettings.defaults(),
        side.computing,
        side.time,
        ExchangeMetrics.NONE);
  }

  private static Payer payer(ExchangeSide side, long lane, CreditTerms terms) {
    return new Payer(
        side.key.address(),
        lane,
        side.key,
        side.curve,
        side.ledger,
        SettledVouchers.NONE,
        terms,
        ExchangeSide.PRICE,
        UnprovenLimits.defaults());
  }

  private static CreditTerms withSmallestWindow(CreditTerms terms) {
    return new CreditTerms(
        terms.minWindowBytes(),
        terms.minWindowBytes(),
        terms.minStepBytes(),
        terms.lateAfter(),
        terms.stoppedAfter(),
        terms.exposurePerPayerBytes(),
        terms.freeBytesPerLane(),
        terms.forgivenPerMille(),
        terms.unverifiedBytes(),
        terms.minVoucherLife());
  }

  private static Map<String, ?> warmUp(ExchangeSide side, String[] words) throws Exception {
    side.warmUp(Integer.parseInt(words[0]));
    return Map.of();
  }

  private static long streamBytes(ExchangeSide side) {
    long bytes = 0;
    for (Connection each : side.host.connections()) {
      bytes += each.stats().bytesReceived() + each.stats().bytesSent();
    }
    return bytes;
  }

  private static long transfer(
      ExchangeSide side, FragmentClient client, Provider provider, String[] words)
      throws InterruptedException {
    int fragments = Integer.parseInt(words[0]);
    int inFlight = Integer.parseInt(words[1]);
    Semaphore room = new Semaphore(inFlight);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    long start = System.nanoTime();
    for (int i = 0; i < fragments; i++) {
      room.acquire();
      Fetch fetch =
          client.fetch(
              provider,
              FetchRequest.whole(side.name, ExchangeSide.PRICE, DEADLINE),
              ByteBuf::release);
      fetch
          .result()
          .whenComplete(
              (FetchResult result, Throwable failure) -> {
                if (failure != null) {
                  failures.add(failure);
                }
                room.release();
              });
      fetch.request(Fetch.UNBOUNDED);
    }
    room.acquire(inFlight);
    long nanos = System.nanoTime() - start;
    for (Throwable failure : failures) {
      throw new IllegalStateException("a fetch failed", failure);
    }
    return nanos;
  }

  /** A cache of one fragment. */
  private record OneFragment(ByteBuffer bytes) implements FragmentSource {
    @Override
    public CompletionStage<Answer> find(PeerId peer, FragmentRequest request) {
      return CompletableFuture.completedStage(
          new Answer.Found(HeldFragment.of(bytes.duplicate(), () -> {})));
    }

    @Override
    public CompletionStage<BitSet> held(List<FragmentHash> fragments) {
      return CompletableFuture.completedStage(new BitSet());
    }
  }
}
