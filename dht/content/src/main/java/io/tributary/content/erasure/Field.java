package io.tributary.content.erasure;

/**
 * The field of 256 elements: bytes as polynomials over the bits, modulo x⁸+x⁴+x³+x²+1.
 *
 * <p>Addition is exclusive or. Every element but 0 is a power of 2, so products are sums of
 * logarithms.
 */
final class Field {
  /** The low byte of the modulus: what x⁸ is worth. */
  static final int REDUCTION = 0x1d;

  private static final int ORDER = 255;

  /** Powers of 2, twice over, so that a sum of two logarithms needs no reduction. */
  private static final int[] POWERS = new int[2 * ORDER];

  private static final int[] LOGARITHMS = new int[ORDER + 1];

  static {
    int power = 1;
    for (int exponent = 0; exponent < ORDER; exponent++) {
      POWERS[exponent] = power;
      POWERS[exponent + ORDER] = power;
      LOGARITHMS[power] = exponent;
      power = (power << 1) ^ (power >> 7) * (0x100 | REDUCTION);
    }
  }

  private Field() {}

  static int product(int a, int b) {
    return a == 0 || b == 0 ? 0 : POWERS[LOGARITHMS[a] + LOGARITHMS[b]];
  }

  /** Returns {@code a / b}; {@code b} is not 0. */
  static int quotient(int a, int b) {
    return a == 0 ? 0 : POWERS[LOGARITHMS[a] + ORDER - LOGARITHMS[b]];
  }
}
