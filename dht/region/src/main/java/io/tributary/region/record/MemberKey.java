package io.tributary.region.record;

import io.tributary.libp2p.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The 64-bit key of a member: the first eight bytes, big-endian, of the SHA-256 of its peer id.
 *
 * <p>Digests, testimony and placement go by it. Whoever makes two of its own peers share a key only
 * makes them one member; hitting another's key takes some 2^64 tries.
 */
public final class MemberKey {

  private MemberKey() {}

  /** Returns the key of a peer. */
  public static long of(PeerId peer) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(peer.toBytes())).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
