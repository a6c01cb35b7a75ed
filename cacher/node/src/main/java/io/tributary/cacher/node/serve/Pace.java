package io.tributary.cacher.node.serve;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.buffer.ByteBuf;
import io.tributary.cacher.node.rate.TokenBucket;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.server.FragmentBody;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.util.Optional;

/**
 * How fast bytes are sent, to all peers and to each one. Bodies that are read faster have nothing
 * to read for a moment. Thread-safe.
 */
public final class Pace {
  /** Of how many peers the rate is remembered. */
  static final int MAX_PEERS = 16_384;

  /** How long a body that has nothing to read waits before it looks again. */
  static final Duration PAUSE = Duration.ofMillis(10);

  /** Less than this is not worth a turn. */
  static final int LEAST_BYTES = 16 << 10;

  private final long bytesPerSecondPerPeer;
  private final Timekeeper time;
  private final Optional<TokenBucket> all;
  private final Cache<PeerId, TokenBucket> peers =
      Caffeine.newBuilder().maximumSize(MAX_PEERS).executor(Runnable::run).build();

  /**
   * A pace; 0 for as fast as it goes.
   *
   * @param bytesPerSecond to all peers together
   * @param bytesPerSecondPerPeer to each
   */
  public Pace(long bytesPerSecond, long bytesPerSecondPerPeer, Timekeeper time) {
    this.bytesPerSecondPerPeer = bytesPerSecondPerPeer;
    this.time = time;
    this.all =
        bytesPerSecond == 0
            ? Optional.empty()
            : Optional.of(new TokenBucket(bytesPerSecond, time::nanoTime));
  }

  /** Returns a body that is read at this pace by a peer. */
  public FragmentBody slow(PeerId peer, FragmentBody body) {
    if (all.isEmpty() && bytesPerSecondPerPeer == 0) {
      return body;
    }
    Optional<TokenBucket> own =
        bytesPerSecondPerPeer == 0
            ? Optional.empty()
            : Optional.of(
                peers.get(peer, id -> new TokenBucket(bytesPerSecondPerPeer, time::nanoTime)));
    return new PacedBody(body, own);
  }

  private final class PacedBody implements FragmentBody {
    private final FragmentBody body;
    private final Optional<TokenBucket> own;
    private boolean isHeldBack;

    PacedBody(FragmentBody body, Optional<TokenBucket> own) {
      this.body = body;
      this.own = own;
    }

    @Override
    public CacheOutcome outcome() {
      return body.outcome();
    }

    @Override
    public int fragmentBytes() {
      return body.fragmentBytes();
    }

    @Override
    public int readable(int offset) {
      int there = body.readable(offset);
      long allowed =
          Math.min(
              all.map(TokenBucket::available).orElse(Long.MAX_VALUE),
              own.map(TokenBucket::available).orElse(Long.MAX_VALUE));
      isHeldBack = there > 0 && allowed < Math.min(there, LEAST_BYTES);
      return isHeldBack ? 0 : (int) Math.min(there, allowed);
    }

    @Override
    public ByteBuf read(int offset, int bytes) {
      all.ifPresent(bucket -> bucket.take(bytes));
      own.ifPresent(bucket -> bucket.take(bytes));
      return body.read(offset, bytes);
    }

    @Override
    public Progress progress() {
      // To the reader, bytes that may not be sent yet have not come yet.
      return isHeldBack && !(body.progress() instanceof Progress.Aborted)
          ? new Progress.Filling()
          : body.progress();
    }

    @Override
    public void onProgress(Runnable task) {
      if (isHeldBack) {
        time.after(PAUSE, task);
      } else {
        body.onProgress(task);
      }
    }

    @Override
    public void close() {
      body.close();
    }
  }
}
