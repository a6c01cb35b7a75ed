package io.tributary.exchange;

import io.netty.buffer.ByteBuf;
import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.exchange.server.FragmentBody;
import io.tributary.exchange.server.FragmentSource;
import io.tributary.exchange.server.HeldFragment;
import io.tributary.libp2p.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Fragments in direct memory, and fills that the test drives. */
final class TestFragments implements FragmentSource {
  private final Map<FragmentHash, ByteBuffer> held = new ConcurrentHashMap<>();
  private final Map<FragmentHash, FragmentBody> filling = new ConcurrentHashMap<>();

  /** How many bodies or buffers are under a pin. */
  final AtomicInteger pins = new AtomicInteger();

  static byte[] bytes(long seed) {
    byte[] bytes = new byte[Layout.FRAGMENT_BYTES];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  static FragmentName name(FragmentHash hash) {
    return new FragmentName(new Fid(hash.digest()), 3, 5, hash);
  }

  /** Holds a fragment made of a seed. */
  FragmentName hold(long seed) {
    byte[] bytes = bytes(seed);
    return hold(new FragmentHash(Sha256.of(bytes)), bytes);
  }

  /** Holds bytes under a name that need not be theirs. */
  FragmentName hold(FragmentHash hash, byte[] bytes) {
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length);
    direct.put(bytes).flip();
    held.put(hash, direct);
    return name(hash);
  }

  FragmentName fill(FragmentHash hash, FragmentBody body) {
    filling.put(hash, body);
    return name(hash);
  }

  @Override
  public CompletionStage<Answer> find(PeerId peer, FragmentRequest request) {
    FragmentBody body = filling.get(request.name().hash());
    if (body != null) {
      return CompletableFuture.completedStage(new Answer.Found(body));
    }
    ByteBuffer bytes = held.get(request.name().hash());
    if (bytes == null) {
      return CompletableFuture.completedStage(
          new Answer.Missing(Status.NOT_FOUND, Duration.ofSeconds(3)));
    }
    pins.incrementAndGet();
    return CompletableFuture.completedStage(
        new Answer.Found(HeldFragment.of(bytes.duplicate(), pins::decrementAndGet)));
  }

  @Override
  public CompletionStage<BitSet> held(List<FragmentHash> fragments) {
    BitSet bits = new BitSet();
    for (int i = 0; i < fragments.size(); i++) {
      bits.set(i, held.containsKey(fragments.get(i)));
    }
    return CompletableFuture.completedStage(bits);
  }

  /** A fragment that grows and ends as the test says. */
  static final class Fill implements FragmentBody {
    private final HeldFragment whole;
    private int filled;
    private Progress progress = new Progress.Filling();
    private Runnable task = () -> {};

    Fill(byte[] bytes) {
      ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length);
      direct.put(bytes).flip();
      whole = HeldFragment.of(direct, () -> {});
    }

    void grow(int bytes) {
      change(bytes, progress);
    }

    void end(Progress how) {
      change(0, how);
    }

    private void change(int bytes, Progress now) {
      Runnable told;
      synchronized (this) {
        filled += bytes;
        progress = now;
        told = task;
        task = () -> {};
      }
      told.run();
    }

    @Override
    public CacheOutcome outcome() {
      return CacheOutcome.MISS;
    }

    @Override
    public int fragmentBytes() {
      return whole.fragmentBytes();
    }

    @Override
    public synchronized int readable(int offset) {
      return Math.max(0, filled - offset);
    }

    @Override
    public ByteBuf read(int offset, int bytes) {
      return whole.read(offset, bytes);
    }

    @Override
    public synchronized Progress progress() {
      return progress;
    }

    @Override
    public void onProgress(Runnable told) {
      synchronized (this) {
        if (progress instanceof Progress.Filling) {
          task = told;
          return;
        }
      }
      told.run();
    }

    @Override
    public void close() {
      whole.close();
    }
  }

  static ByteRange range(long offset, long length) {
    return new ByteRange(offset, length);
  }
}
