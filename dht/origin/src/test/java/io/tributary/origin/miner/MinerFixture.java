package io.tributary.origin.miner;

import static org.awaitility.Awaitility.await;

import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.origin.identity.Sr25519KeyPair;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.ManualTime;
import io.tributary.origin.upstream.TestRuntime;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamLimits;
import io.tributary.origin.upstream.UpstreamReason;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A fragment, a client with a time that stands still, and ways to wait for outcomes. */
final class MinerFixture implements AutoCloseable {
  static final byte[] BYTES = new byte[Layout.FRAGMENT_BYTES];
  static final FragmentHash FRAGMENT;
  static final Fid FID = Fid.parse("ab".repeat(32));

  static {
    new Random(42).nextBytes(BYTES);
    FRAGMENT = new FragmentHash(Sha256.of(BYTES));
  }

  final TestRuntime runtime = new TestRuntime();
  final Sr25519KeyPair key = Sr25519KeyPair.generate(new SecureRandom());

  MinerClient client(UpstreamLimits limits) {
    return new MinerClient(limits, runtime.runtime(), key, Ss58Address.CESS_TESTNET);
  }

  /** A client that tries once, so that a test sees each failure. */
  MinerClient client() {
    return client(MinerClient.DEFAULT_LIMITS.withRetries(UpstreamLimits.Retries.NONE));
  }

  static FragmentSource at(Endpoint endpoint) {
    return new FragmentSource(endpoint, FID, FRAGMENT);
  }

  static ByteBuffer buffer() {
    return ByteBuffer.allocate(Layout.FRAGMENT_BYTES);
  }

  /** Waits until a failed attempt waits for its successor, and returns for how long. */
  static Duration awaitPause(ManualTime time, Duration least, Duration most) {
    // Pending then are the pause and the overall deadline.
    await()
        .until(
            () -> {
              List<Duration> pending = time.pending();
              return pending.size() == 2
                  && pending.get(0).compareTo(least) >= 0
                  && pending.get(0).compareTo(most) <= 0;
            });
    return time.pending().get(0);
  }

  /** Returns all bytes of a buffer, whatever its position. */
  static byte[] content(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.get(0, bytes);
    return bytes;
  }

  static <T> T get(CompletableFuture<T> call) throws Exception {
    return call.get(30, TimeUnit.SECONDS);
  }

  /** Waits for a call to fail and returns why. */
  static UpstreamException failure(CompletableFuture<?> call)
      throws InterruptedException, TimeoutException {
    try {
      call.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UpstreamException failure) {
        return failure;
      }
      throw new AssertionError("not an UpstreamException", e.getCause());
    }
    throw new AssertionError("the call did not fail");
  }

  static UpstreamReason reason(CompletableFuture<?> call)
      throws InterruptedException, TimeoutException {
    return failure(call).reason();
  }

  @Override
  public void close() {
    runtime.close();
  }
}
