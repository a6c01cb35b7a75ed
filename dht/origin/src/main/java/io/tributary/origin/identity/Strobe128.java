package io.tributary.origin.identity;

import java.nio.charset.StandardCharsets;

/**
 * The part of STROBE-128 over Keccak-f[1600] that Merlin transcripts need: META-AD, AD, PRF and
 * KEY.
 *
 * <p>Follows the STROBE specification v1.0.2 (R = 166). For use by one thread.
 */
final class Strobe128 {
  private static final int RATE = 166;

  private static final int FLAG_I = 1;
  private static final int FLAG_A = 1 << 1;
  private static final int FLAG_C = 1 << 2;
  private static final int FLAG_M = 1 << 4;
  private static final int FLAG_K = 1 << 5;

  private final KeccakState state;
  private int position;
  private int operationStart;
  private int operationFlags;

  /** Creates a protocol's initial state. */
  Strobe128(String protocolLabel) {
    state = new KeccakState();
    byte[] domain = {1, (byte) (RATE + 2), 1, 0, 1, 96};
    int at = 0;
    for (byte b : domain) {
      state.set(at++, b);
    }
    for (byte b : "STROBEv1.0.2".getBytes(StandardCharsets.US_ASCII)) {
      state.set(at++, b);
    }
    state.permute();
    metaAd(protocolLabel.getBytes(StandardCharsets.US_ASCII), false);
  }

  /** Creates a copy that goes its own way from here. */
  Strobe128(Strobe128 other) {
    state = new KeccakState(other.state);
    position = other.position;
    operationStart = other.operationStart;
    operationFlags = other.operationFlags;
  }

  /** Absorbs framing; {@code more} continues the operation before. */
  void metaAd(byte[] data, boolean more) {
    begin(FLAG_M | FLAG_A, more);
    absorb(data);
  }

  /** Absorbs data both sides know; {@code more} continues the operation before. */
  void ad(byte[] data, boolean more) {
    begin(FLAG_A, more);
    absorb(data);
  }

  /** Fills an array with output that depends on all that was absorbed. */
  void prf(byte[] out) {
    begin(FLAG_I | FLAG_A | FLAG_C, false);
    for (int i = 0; i < out.length; i++) {
      out[i] = state.get(position);
      state.set(position, 0);
      advance();
    }
  }

  /** Makes the state depend on a secret, and forgets what was there. */
  void key(byte[] secret) {
    begin(FLAG_A | FLAG_C, false);
    for (byte b : secret) {
      state.set(position, b);
      advance();
    }
  }

  private void begin(int flags, boolean more) {
    if (more) {
      if (flags != operationFlags) {
        throw new IllegalStateException(
            "operation " + operationFlags + " cannot continue as " + flags);
      }
      return;
    }
    byte[] header = {(byte) operationStart, (byte) flags};
    operationStart = position + 1;
    operationFlags = flags;
    absorb(header);
    if ((flags & (FLAG_C | FLAG_K)) != 0 && position != 0) {
      run();
    }
  }

  private void absorb(byte[] data) {
    for (byte b : data) {
      state.xor(position, b);
      advance();
    }
  }

  private void advance() {
    if (++position == RATE) {
      run();
    }
  }

  private void run() {
    state.xor(position, operationStart);
    state.xor(position + 1, 0x04);
    state.xor(RATE + 1, 0x80);
    state.permute();
    position = 0;
    operationStart = 0;
  }
}
