package io.tributary.origin.identity;

import org.bouncycastle.crypto.digests.KeccakDigest;

/**
 * The 200 bytes that Keccak-f[1600] permutes, open to being read and written between permutations.
 *
 * <p>The permutation is Bouncy Castle's: absorbing one whole block of zeros changes the state by
 * the permutation and by nothing else. Byte {@code i} of the state is bits {@code 8 (i mod 8)} and
 * up of lane {@code i / 8}. For use by one thread.
 */
final class KeccakState extends KeccakDigest {
  /** The length of the state. */
  static final int BYTES = 200;

  private static final int CAPACITY_BITS = 256;
  private static final byte[] ZERO_BLOCK = new byte[BYTES - 2 * CAPACITY_BITS / 8];

  /** Creates a state of zeros. */
  KeccakState() {
    super(CAPACITY_BITS);
  }

  /** Creates a copy that goes its own way from here. */
  KeccakState(KeccakState other) {
    super(CAPACITY_BITS);
    System.arraycopy(other.state, 0, state, 0, state.length);
  }

  /** Applies Keccak-f[1600] once. */
  void permute() {
    absorb(ZERO_BLOCK, 0, ZERO_BLOCK.length);
  }

  byte get(int index) {
    return (byte) (state[index >>> 3] >>> shift(index));
  }

  void set(int index, int value) {
    xor(index, get(index) ^ value);
  }

  void xor(int index, int value) {
    state[index >>> 3] ^= (value & 0xffL) << shift(index);
  }

  private static int shift(int index) {
    return (index & 7) << 3;
  }
}
