package io.tributary.content;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Makes SHA-256 digests with the JDK's own implementation, which uses the processor's SHA unit. */
public final class Sha256 {
  private Sha256() {}

  /** Returns a new digest; a digest may be used by one thread at a time. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Hashes the remaining bytes of a buffer, whose position is left alone. */
  public static Digest of(ByteBuffer bytes) {
    MessageDigest sha256 = newDigest();
    sha256.update(bytes.duplicate());
    return Digest.of(sha256.digest());
  }

  /** Hashes a whole array. */
  public static Digest of(byte[] bytes) {
    return of(ByteBuffer.wrap(bytes));
  }
}
