package io.tributary.origin.miner;

import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.origin.upstream.Attempt;
import io.tributary.origin.upstream.BodyCheck;
import io.tributary.origin.upstream.UpstreamReason;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Accepts exactly the 8 MiB whose SHA-256 is the fragment's name. */
final class FragmentCheck implements BodyCheck {
  private final Attempt attempt;
  private final FragmentHash expected;
  private final MessageDigest sha256 = Sha256.newDigest();
  private long bytes;

  FragmentCheck(Attempt attempt, FragmentHash expected) {
    this.attempt = attempt;
    this.expected = expected;
  }

  @Override
  public void update(ByteBuffer chunk) {
    bytes += chunk.remaining();
    if (bytes > Layout.FRAGMENT_BYTES) {
      throw attempt.failure(
          UpstreamReason.TOO_LONG, "more than the " + Layout.FRAGMENT_BYTES + " of a fragment");
    }
    sha256.update(chunk);
    if (bytes == Layout.FRAGMENT_BYTES) {
      FragmentHash actual = new FragmentHash(Digest.of(sha256.digest()));
      if (!actual.equals(expected)) {
        throw attempt.failure(UpstreamReason.WRONG_HASH, "the bytes are those of " + actual);
      }
    }
  }

  @Override
  public void end() {
    if (bytes < Layout.FRAGMENT_BYTES) {
      throw attempt.failure(
          UpstreamReason.TOO_SHORT,
          bytes + " bytes of the " + Layout.FRAGMENT_BYTES + " of a fragment");
    }
  }
}
