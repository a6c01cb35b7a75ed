package io.tributary.content;

import java.nio.ByteBuffer;

/**
 * The erasure code written for the eye: multiplication bit by bit, and the matrix row of parity
 * column {@code x} as the Lagrange basis of the points 0 to 3 at {@code x}. It shares nothing with
 * the code under test, which finds its matrix by inversion and its products in packed tables.
 */
public final class BitwiseEncoder implements ParityEncoder {
  private static final int POLYNOMIAL = 0x11d;

  /** {@code PRODUCTS[row][column][b]} is coefficient times b, for parity rows 0 to 7. */
  private static final byte[][][] PRODUCTS = products();

  static int multiply(int a, int b) {
    int product = 0;
    for (int bit = 0; bit < 8; bit++) {
      if ((b >> bit & 1) != 0) {
        product ^= a << bit;
      }
    }
    for (int bit = 14; bit >= 8; bit--) {
      if ((product >> bit & 1) != 0) {
        product ^= POLYNOMIAL << (bit - 8);
      }
    }
    return product;
  }

  static int invert(int a) {
    for (int b = 1; b < 256; b++) {
      if (multiply(a, b) == 1) {
        return b;
      }
    }
    throw new ArithmeticException("0 has no inverse");
  }

  /** The coefficient of a data column in the column at {@code x}, data columns included. */
  static int coefficient(int x, int dataColumn) {
    int basis = 1;
    for (int other = 0; other < Layout.DATA_COLUMNS; other++) {
      if (other != dataColumn) {
        basis = multiply(basis, multiply(x ^ other, invert(dataColumn ^ other)));
      }
    }
    return basis;
  }

  private static byte[][][] products() {
    byte[][][] products = new byte[Layout.PARITY_COLUMNS][Layout.DATA_COLUMNS][256];
    for (int row = 0; row < Layout.PARITY_COLUMNS; row++) {
      for (int column = 0; column < Layout.DATA_COLUMNS; column++) {
        int coefficient = coefficient(Layout.DATA_COLUMNS + row, column);
        for (int b = 0; b < 256; b++) {
          products[row][column][b] = (byte) multiply(coefficient, b);
        }
      }
    }
    return products;
  }

  @Override
  public void encode(ByteBuffer[] data, ByteBuffer[] parity) {
    int length = data[0].remaining();
    byte[][] columns = new byte[Layout.DATA_COLUMNS][length];
    for (int column = 0; column < columns.length; column++) {
      data[column].get(columns[column]);
    }
    byte[] sum = new byte[length];
    for (int row = 0; row < Layout.PARITY_COLUMNS; row++) {
      byte[][] times = PRODUCTS[row];
      for (int i = 0; i < length; i++) {
        sum[i] =
            (byte)
                (times[0][columns[0][i] & 0xff]
                    ^ times[1][columns[1][i] & 0xff]
                    ^ times[2][columns[2][i] & 0xff]
                    ^ times[3][columns[3][i] & 0xff]);
      }
      parity[row].put(sum);
    }
  }
}
