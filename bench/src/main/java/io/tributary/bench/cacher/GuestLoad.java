package io.tributary.bench.cacher;

import io.netty.buffer.ByteBuf;
import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.client.ClientSettings;
import io.tributary.exchange.client.Fetch;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.Provider;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Fetches over libp2p, one after another on each of some streams, by a peer that is served for
 * nothing. It asks for all of a fragment but the last page: a client hashes whole fragments, which
 * would make it the limit; ranges it only decrypts.
 */
final class GuestLoad implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final long MAX_NANOS = 60_000_000_000L;
  private static final int DIGITS = 3;

  /** How much is asked for. */
  static final int BYTES = Layout.FRAGMENT_BYTES - 4096;

  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 1);
  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final Host host;
  private final FragmentClient client;

  GuestLoad() {
    PrivateKey identity = PrivateKey.generate(new SecureRandom());
    host = Host.builder(identity).io(io).security(new TlsProtocol(identity)).build();
    host.start().awaitUninterruptibly();
    client =
        new FragmentClient(
            host,
            Optional.empty(),
            ClientSettings.defaults(),
            executor,
            new EventLoopTimekeeper(io.group().next(), InstantSource.system()),
            ExchangeMetrics.NONE);
  }

  PeerId peerId() {
    return host.peerId();
  }

  /**
   * Runs for a while.
   *
   * @param names the fid, then the hashes of columns 0 to 3 of each segment
   */
  Load.Outcome run(String address, String peer, List<String> names, int streams, long millis)
      throws InterruptedException {
    Provider provider =
        new Provider(PeerId.parse(peer), List.of(Multiaddr.parse(address)), Optional.empty());
    Fid fid = Fid.parse(names.get(0));
    Run run = new Run(provider, fid, names.subList(1, names.size()), streams, millis);
    return run.outcome();
  }

  private final class Run {
    private final Provider provider;
    private final Fid fid;
    private final List<String> hashes;
    private final int streams;
    private final long began = System.nanoTime();
    private final long end;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLong answers = new AtomicLong();
    private final CountDownLatch running;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Histogram times = new ConcurrentHistogram(MAX_NANOS, DIGITS);

    Run(Provider provider, Fid fid, List<String> hashes, int streams, long millis) {
      this.provider = provider;
      this.fid = fid;
      this.hashes = hashes;
      this.streams = streams;
      this.end = began + millis * 1_000_000;
      this.running = new CountDownLatch(streams);
    }

    Load.Outcome outcome() throws InterruptedException {
      for (int i = 0; i < streams; i++) {
        ask();
      }
      running.await();
      Throwable failed = failure.get();
      if (failed != null) {
        throw new IllegalStateException("a fetch failed: " + failed, failed);
      }
      return new Load.Outcome(
          answers.get(), answers.get() * BYTES, System.nanoTime() - began, times);
    }

    private void ask() {
      int number = next.getAndIncrement() % hashes.size();
      FragmentName name =
          new FragmentName(
              fid,
              number / Layout.DATA_COLUMNS,
              number % Layout.DATA_COLUMNS,
              FragmentHash.parse(hashes.get(number)));
      long asked = System.nanoTime();
      Fetch fetch =
          client.fetch(
              provider,
              FetchRequest.range(name, new ByteRange(0, BYTES), PricePerGib.FREE, DEADLINE),
              ByteBuf::release);
      fetch.result().whenComplete((result, thrown) -> onEnd(asked, thrown));
      fetch.request(Fetch.UNBOUNDED);
    }

    private void onEnd(long asked, @Nullable Throwable thrown) {
      try {
        if (thrown != null) {
          failure.set(thrown);
        } else {
          long now = System.nanoTime();
          answers.incrementAndGet();
          times.recordValue(Math.min(MAX_NANOS, now - asked));
          if (now < end) {
            ask();
            return;
          }
        }
      } catch (RuntimeException e) {
        failure.set(e);
      }
      running.countDown();
    }
  }

  @Override
  public void close() {
    host.close();
    executor.shutdown();
    io.close();
  }
}
