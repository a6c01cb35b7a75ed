package io.tributary.origin.deoss;

import io.tributary.content.Fid;
import io.tributary.content.FidRule;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import io.tributary.origin.upstream.TestRuntime;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamLimits;
import io.tributary.origin.upstream.UpstreamReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Files with their manifests, a client with a time that stands still, and ways to wait. */
final class DeossFixture implements AutoCloseable {
  /** A whole segment and 1000 bytes of a second one. */
  static final byte[] BIG = random(Layout.SEGMENT_BYTES + 1000);

  static final Manifest BIG_MANIFEST = manifest(BIG);

  static final byte[] SMALL = random(5000);
  static final Manifest SMALL_MANIFEST = manifest(SMALL);

  final TestRuntime runtime = new TestRuntime();

  DeossClient client(UpstreamLimits limits) {
    return new DeossClient(limits, runtime.runtime());
  }

  /** A client that tries once, so that a test sees each failure. */
  DeossClient client() {
    return client(DeossClient.DEFAULT_LIMITS.withRetries(UpstreamLimits.Retries.NONE));
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  static Manifest manifest(byte[] file) {
    List<SegmentHash> hashes = new ArrayList<>();
    for (int from = 0; from < file.length; from += Layout.SEGMENT_BYTES) {
      byte[] padded = new byte[Layout.SEGMENT_BYTES];
      int length = Math.min(Layout.SEGMENT_BYTES, file.length - from);
      System.arraycopy(file, from, padded, 0, length);
      hashes.add(new SegmentHash(Sha256.of(padded)));
    }
    Fid fid = FidRule.MERKLE.fid(hashes);
    List<FragmentHash> fragments = Collections.nCopies(Layout.COLUMNS, FragmentHash.ZERO);
    return new Manifest(
        fid,
        file.length,
        hashes.stream().map(hash -> new Manifest.Segment(hash, fragments)).toList());
  }

  static byte[] range(byte[] file, long first, long last) {
    return Arrays.copyOfRange(file, (int) first, (int) last + 1);
  }

  static <T> T get(CompletableFuture<T> call) throws Exception {
    return call.get(30, TimeUnit.SECONDS);
  }

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
