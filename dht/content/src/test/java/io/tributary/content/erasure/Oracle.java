package io.tributary.content.erasure;

/**
 * Reed-Solomon as the specification words it: products bit by bit, and the Vandermonde matrix times
 * the inverse of its upper square by Gauss and Jordan. It shares nothing with the code under test,
 * which knows no matrix.
 */
final class Oracle {
  private final int[][] matrix;

  /** Makes the code with so many data and parity columns. */
  Oracle(int data, int parity) {
    int[][] vandermonde = new int[data + parity][data];
    for (int r = 0; r < data + parity; r++) {
      int power = 1;
      for (int c = 0; c < data; c++) {
        vandermonde[r][c] = power;
        power = product(power, r);
      }
    }
    int[][] top = new int[data][];
    System.arraycopy(vandermonde, 0, top, 0, data);
    matrix = product(vandermonde, inverse(top));
  }

  int[][] matrix() {
    return matrix;
  }

  /** Returns all columns of a segment whose data columns these are. */
  byte[][] encode(byte[][] data) {
    byte[][] columns = new byte[matrix.length][data[0].length];
    for (int r = 0; r < matrix.length; r++) {
      for (int c = 0; c < data.length; c++) {
        for (int i = 0; i < data[c].length; i++) {
          columns[r][i] ^= (byte) product(matrix[r][c], data[c][i] & 0xff);
        }
      }
    }
    return columns;
  }

  static int product(int a, int b) {
    int product = 0;
    for (int bit = 7; bit >= 0; bit--) {
      product <<= 1;
      if (product > 0xff) {
        product ^= 0x11d;
      }
      if ((b >> bit & 1) != 0) {
        product ^= a;
      }
    }
    return product;
  }

  static int[][] product(int[][] a, int[][] b) {
    int[][] product = new int[a.length][b[0].length];
    for (int r = 0; r < a.length; r++) {
      for (int c = 0; c < b[0].length; c++) {
        for (int k = 0; k < b.length; k++) {
          product[r][c] ^= product(a[r][k], b[k][c]);
        }
      }
    }
    return product;
  }

  static int[][] inverse(int[][] square) {
    int n = square.length;
    int[][] work = new int[n][2 * n];
    for (int r = 0; r < n; r++) {
      System.arraycopy(square[r], 0, work[r], 0, n);
      work[r][n + r] = 1;
    }
    for (int c = 0; c < n; c++) {
      int pivot = c;
      while (work[pivot][c] == 0) {
        pivot++;
      }
      int[] row = work[pivot];
      work[pivot] = work[c];
      work[c] = row;
      int reciprocal = 1;
      while (product(reciprocal, row[c]) != 1) {
        reciprocal++;
      }
      for (int k = 0; k < 2 * n; k++) {
        row[k] = product(reciprocal, row[k]);
      }
      for (int r = 0; r < n; r++) {
        int factor = r == c ? 0 : work[r][c];
        for (int k = 0; k < 2 * n; k++) {
          work[r][k] ^= product(factor, row[k]);
        }
      }
    }
    int[][] inverse = new int[n][n];
    for (int r = 0; r < n; r++) {
      System.arraycopy(work[r], n, inverse[r], 0, n);
    }
    return inverse;
  }
}
