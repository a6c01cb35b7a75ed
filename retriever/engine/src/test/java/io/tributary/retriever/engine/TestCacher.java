package io.tributary.retriever.engine;

import io.netty.buffer.ByteBuf;
import io.tributary.content.FragmentHash;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FillSource;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.Priority;
import io.tributary.exchange.Status;
import io.tributary.exchange.client.Provider;
import io.tributary.exchange.lane.SettledVouchers;
import io.tributary.exchange.server.AccessPolicy.Admission;
import io.tributary.exchange.server.FragmentBody;
import io.tributary.exchange.server.FragmentServer;
import io.tributary.exchange.server.FragmentSource;
import io.tributary.exchange.server.HeldFragment;
import io.tributary.exchange.server.Payee;
import io.tributary.exchange.server.ServerSettings;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.signature.Curve;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server of the exchange on a real host over TLS, which gives its fragments away, or misbehaves.
 */
final class TestCacher implements FragmentSource, ExchangeMetrics, AutoCloseable {

  /** What it does with a request. */
  enum Does {
    SEND,
    LIE,
    SAY_MISSING,
    SAY_BUSY_ONCE,
    STALL_AT_ONCE,
    STALL_IN_BETWEEN,
    PASS_ON_WRONG_BYTES,
    FAIL_INSIDE
  }

  private final Map<FragmentHash, ByteBuffer> held = new ConcurrentHashMap<>();
  private final Map<FragmentHash, Does> scripts = new ConcurrentHashMap<>();
  private final Map<FragmentHash, ByteBuffer> upstream = new ConcurrentHashMap<>();
  final AtomicInteger fills = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  final AtomicLong sentBytes = new AtomicLong();
  final AtomicInteger requests = new AtomicInteger();
  private final Host host;
  private final Ledger ledger;
  private final FragmentServer server;

  TestCacher(IoEngine io, Path directory, ExecutorService computing) throws Exception {
    PrivateKey identity = PrivateKey.generate(new SecureRandom());
    host = host(io, identity, true);
    EvmAddress payee = EvmAddress.of(new byte[EvmAddress.BYTES]);
    ledger =
        Ledger.open(
            directory,
            new SettlementDomain(31337, payee),
            new JournalOptions(1 << 20, 100_000, 256 << 10, 4, 2),
            InstantSource.system(),
            computing);
    server =
        new FragmentServer(
            host,
            this,
            (peer, request) -> new Admission.Gift(),
            new Payee(
                payee,
                ledger,
                (lane, signer) -> Optional.empty(),
                SettledVouchers.NONE,
                CreditTerms.defaults(),
                Curve.fastest()),
            PricePerGib.FREE,
            ServerSettings.defaults(),
            computing,
            new EventLoopTimekeeper(io.group().next(), InstantSource.system()),
            this);
    server.start();
  }

  static Host host(IoEngine io, PrivateKey identity, boolean listens) {
    var builder = Host.builder(identity).io(io).security(new TlsProtocol(identity));
    Host host =
        (listens ? builder.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")) : builder).build();
    host.start().awaitUninterruptibly();
    return host;
  }

  Provider provider() {
    return new Provider(host.peerId(), List.copyOf(host.listenAddresses()), Optional.empty());
  }

  void hold(FragmentHash hash, byte[] bytes) {
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length);
    direct.put(bytes).flip();
    held.put(hash, direct);
  }

  /** Has it fill itself with a fragment when it is asked for it first. */
  void fillsWhenAsked(FragmentHash hash, byte[] bytes) {
    upstream.put(hash, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
  }

  boolean holds(FragmentHash hash) {
    return held.containsKey(hash);
  }

  void does(Does what, FragmentHash hash) {
    scripts.put(hash, what);
  }

  void forgetScripts() {
    scripts.clear();
    busy.set(0);
    requests.set(0);
    sentBytes.set(0);
  }

  @Override
  public void delivered(Priority priority, String ending, long bytes) {
    sentBytes.addAndGet(bytes);
  }

  @Override
  public CompletionStage<Answer> find(PeerId peer, FragmentRequest request) {
    requests.incrementAndGet();
    FragmentHash hash = request.name().hash();
    ByteBuffer bytes = held.get(hash);
    if (bytes == null) {
      ByteBuffer filled = upstream.get(hash);
      if (filled == null) {
        return missing(Status.NOT_FOUND);
      }
      fills.incrementAndGet();
      held.put(hash, filled);
      return found(new Filled(HeldFragment.of(filled.duplicate(), () -> {})));
    }
    Does script = scripts.getOrDefault(hash, Does.SEND);
    return switch (script) {
      case SEND -> found(HeldFragment.of(bytes.duplicate(), () -> {}));
      case LIE -> {
        ByteBuffer wrong = ByteBuffer.allocateDirect(bytes.capacity());
        wrong.put(bytes.duplicate()).flip();
        int last = (int) request.range().end() - 1;
        wrong.put(last, (byte) ~wrong.get(last));
        yield found(HeldFragment.of(wrong, () -> {}));
      }
      case SAY_MISSING -> missing(Status.NOT_FOUND);
      case SAY_BUSY_ONCE ->
          busy.getAndIncrement() == 0
              ? missing(Status.BUSY)
              : found(HeldFragment.of(bytes.duplicate(), () -> {}));
      case STALL_AT_ONCE -> new CompletableFuture<>();
      case STALL_IN_BETWEEN ->
          found(new Partial(bytes, CacheOutcome.HIT, new FragmentBody.Progress.Filling()));
      case PASS_ON_WRONG_BYTES ->
          found(
              new Partial(
                  bytes, CacheOutcome.MISS, new FragmentBody.Progress.Aborted(FillSource.store())));
      case FAIL_INSIDE -> CompletableFuture.failedStage(new IllegalStateException("defect"));
    };
  }

  private static CompletionStage<Answer> found(FragmentBody body) {
    return CompletableFuture.completedStage(new Answer.Found(body));
  }

  private static CompletionStage<Answer> missing(Status status) {
    return CompletableFuture.completedStage(new Answer.Missing(status, Duration.ZERO));
  }

  @Override
  public CompletionStage<BitSet> held(List<FragmentHash> fragments) {
    return CompletableFuture.completedStage(new BitSet());
  }

  @Override
  public void close() {
    server.close();
    host.close();
    ledger.close();
  }

  /** A whole fragment that has just been fetched. */
  private record Filled(HeldFragment whole) implements FragmentBody {
    @Override
    public CacheOutcome outcome() {
      return CacheOutcome.MISS;
    }

    @Override
    public int fragmentBytes() {
      return whole.fragmentBytes();
    }

    @Override
    public int readable(int offset) {
      return whole.readable(offset);
    }

    @Override
    public ByteBuf read(int offset, int bytes) {
      return whole.read(offset, bytes);
    }

    @Override
    public Progress progress() {
      return whole.progress();
    }

    @Override
    public void onProgress(Runnable task) {
      whole.onProgress(task);
    }

    @Override
    public void close() {
      whole.close();
    }
  }

  /** A megabyte of a fragment, after which nothing comes any more. */
  private static final class Partial implements FragmentBody {
    private static final int BYTES = 1 << 20;
    private final HeldFragment whole;
    private final CacheOutcome outcome;
    private final Progress progress;

    Partial(ByteBuffer bytes, CacheOutcome outcome, Progress progress) {
      this.outcome = outcome;
      this.whole = HeldFragment.of(bytes.duplicate(), () -> {});
      this.progress = progress;
    }

    @Override
    public CacheOutcome outcome() {
      return outcome;
    }

    @Override
    public int fragmentBytes() {
      return whole.fragmentBytes();
    }

    @Override
    public int readable(int offset) {
      return Math.max(0, BYTES - offset);
    }

    @Override
    public ByteBuf read(int offset, int bytes) {
      return whole.read(offset, bytes);
    }

    @Override
    public Progress progress() {
      return progress;
    }

    @Override
    public void onProgress(Runnable task) {
      if (!(progress instanceof Progress.Filling)) {
        task.run();
      }
    }

    @Override
    public void close() {
      whole.close();
    }
  }
}
