package io.tributary.content.erasure;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.nio.ByteBuffer;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A strip on the Vector API; loaded by name, and only where module {@code jdk.incubator.vector} is.
 *
 * <p>Rows lie one after the other in one heap array, because that is what every release of the API
 * since JDK 17 can load vectors from.
 *
 * <p>The two kernels spell everything out instead of calling small methods: nested this deep the
 * JIT refuses to inline methods outside the JDK, and a vector that crosses a call is boxed.
 */
final class SimdStrip implements Strip {
  private static final VectorSpecies<Byte> WIDE = ByteVector.SPECIES_PREFERRED;

  /**
   * The species for table lookups: at most 256 bits, because wider shuffles of bytes need an
   * instruction that not every processor with 512-bit vectors has.
   */
  private static final VectorSpecies<Byte> SHUFFLED =
      WIDE.length() < ByteVector.SPECIES_256.length()
          ? ByteVector.SPECIES_128
          : ByteVector.SPECIES_256;

  private static final int NIBBLES = 16;
  private static final byte LOW_NIBBLE = NIBBLES - 1;

  /** A table of the multiples of a weight: repeated, because shuffles index the whole vector. */
  private static final int TABLE_BYTES = ByteVector.SPECIES_256.length();

  private static final int TABLES_PER_SLOT = 2 * Interpolation.WEIGHTS;

  private final byte[] rows = new byte[ErasureCode.COLUMNS * BYTES];
  private final byte[] tables =
      new byte[ErasureCode.PARITY_COLUMNS * TABLES_PER_SLOT * TABLE_BYTES];

  /**
   * Makes an empty strip.
   *
   * @throws UnsupportedOperationException if the JVM has no vector instructions to offer
   */
  SimdStrip() {
    if (WIDE.length() < ByteVector.SPECIES_128.length()) {
      throw new UnsupportedOperationException(
          "the JVM offers vectors of " + WIDE.vectorBitSize() + " bits, at least 128 are needed");
    }
  }

  @Override
  public Strip fresh() {
    return new SimdStrip();
  }

  @Override
  public void read(int row, ByteBuffer from, int at, int length) {
    from.get(at, rows, row * BYTES, length);
  }

  @Override
  public void write(int row, ByteBuffer to, int at, int length) {
    to.put(at, rows, row * BYTES, length);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Doubling is an addition, and the reduction wherever the byte was negative. {@link
   * ErasureCode} explains the letters.
   */
  @Override
  public void encode(int length) {
    byte[] r = rows;
    ByteVector zero = ByteVector.zero(WIDE);
    ByteVector red = ByteVector.broadcast(WIDE, (byte) Field.REDUCTION);
    for (int i = 0; i < length; i += WIDE.length()) {
      ByteVector d = ByteVector.fromArray(WIDE, r, 3 * BYTES + i);
      ByteVector u = ByteVector.fromArray(WIDE, r, BYTES + i).lanewise(XOR, d);
      ByteVector c = ByteVector.fromArray(WIDE, r, 2 * BYTES + i);
      ByteVector v = c.lanewise(XOR, d);
      ByteVector x = ByteVector.fromArray(WIDE, r, i).lanewise(XOR, c).lanewise(XOR, u);
      ByteVector x2 = x.add(x).lanewise(XOR, zero.blend(red, x.compare(LT, zero)));
      ByteVector x4 = x2.add(x2).lanewise(XOR, zero.blend(red, x2.compare(LT, zero)));
      ByteVector x8 = x4.add(x4).lanewise(XOR, zero.blend(red, x4.compare(LT, zero)));
      ByteVector x16 = x8.add(x8).lanewise(XOR, zero.blend(red, x8.compare(LT, zero)));
      ByteVector xu = x.lanewise(XOR, u);

      // Columns 4 to 7: the u, v and uv parts, then back to columns.
      ByteVector pu = u.lanewise(XOR, x8);
      ByteVector t = v.lanewise(XOR, x2);
      ByteVector pv = t.lanewise(XOR, x4);
      t = t.add(t).lanewise(XOR, zero.blend(red, t.compare(LT, zero))).lanewise(XOR, xu);
      t = t.add(t).lanewise(XOR, zero.blend(red, t.compare(LT, zero))).lanewise(XOR, u);
      t = t.add(t).lanewise(XOR, zero.blend(red, t.compare(LT, zero))).lanewise(XOR, d);
      pv = pv.lanewise(XOR, t);
      x.lanewise(XOR, pu).lanewise(XOR, pv).intoArray(r, 4 * BYTES + i);
      pu.lanewise(XOR, t).intoArray(r, 5 * BYTES + i);
      pv.intoArray(r, 6 * BYTES + i);
      t.intoArray(r, 7 * BYTES + i);

      // Columns 8 to 11 likewise.
      pu = x16.add(x16).lanewise(XOR, zero.blend(red, x16.compare(LT, zero)));
      pu = pu.lanewise(XOR, x16).lanewise(XOR, u);
      pv = v.lanewise(XOR, x4).lanewise(XOR, x8).lanewise(XOR, x16);
      t = x.lanewise(XOR, x2);
      t = t.add(t).lanewise(XOR, zero.blend(red, t.compare(LT, zero))).lanewise(XOR, v);
      t = t.add(t).lanewise(XOR, zero.blend(red, t.compare(LT, zero)));
      t = t.lanewise(XOR, xu).lanewise(XOR, v);
      t = t.add(t).lanewise(XOR, zero.blend(red, t.compare(LT, zero))).lanewise(XOR, xu);
      t = t.add(t).lanewise(XOR, zero.blend(red, t.compare(LT, zero))).lanewise(XOR, u);
      t = t.add(t).lanewise(XOR, zero.blend(red, t.compare(LT, zero)));
      t = t.add(t).lanewise(XOR, zero.blend(red, t.compare(LT, zero))).lanewise(XOR, d);
      pv = pv.lanewise(XOR, t);
      x.lanewise(XOR, pu).lanewise(XOR, pv).intoArray(r, 8 * BYTES + i);
      pu.lanewise(XOR, t).intoArray(r, 9 * BYTES + i);
      pv.intoArray(r, 10 * BYTES + i);
      t.intoArray(r, 11 * BYTES + i);
    }
  }

  @Override
  public void prepare(int slot, int packedWeights) {
    int table = slot * TABLES_PER_SLOT * TABLE_BYTES;
    for (int k = 0; k < Interpolation.WEIGHTS; k++) {
      int weight = Interpolation.unpack(packedWeights, k);
      for (int i = 0; i < TABLE_BYTES; i++) {
        int nibble = i % NIBBLES;
        tables[table + i] = (byte) Field.product(weight, nibble);
        tables[table + TABLE_BYTES + i] = (byte) Field.product(weight, nibble << 4);
      }
      table += 2 * TABLE_BYTES;
    }
  }

  @Override
  public void combine(int slots, int length) {
    for (int slot = 0; slot < slots; slot++) {
      combineOne(slot * TABLES_PER_SLOT * TABLE_BYTES, (RESULTS + slot) * BYTES, length);
    }
  }

  private void combineOne(int table, int result, int length) {
    byte[] r = rows;
    ByteVector aLow = ByteVector.fromArray(SHUFFLED, tables, table);
    ByteVector aHigh = ByteVector.fromArray(SHUFFLED, tables, table + TABLE_BYTES);
    ByteVector bLow = ByteVector.fromArray(SHUFFLED, tables, table + 2 * TABLE_BYTES);
    ByteVector bHigh = ByteVector.fromArray(SHUFFLED, tables, table + 3 * TABLE_BYTES);
    ByteVector cLow = ByteVector.fromArray(SHUFFLED, tables, table + 4 * TABLE_BYTES);
    ByteVector cHigh = ByteVector.fromArray(SHUFFLED, tables, table + 5 * TABLE_BYTES);
    for (int i = 0; i < length; i += SHUFFLED.length()) {
      ByteVector y = ByteVector.fromArray(SHUFFLED, r, i);
      ByteVector a = ByteVector.fromArray(SHUFFLED, r, BYTES + i).lanewise(XOR, y);
      ByteVector b = ByteVector.fromArray(SHUFFLED, r, 2 * BYTES + i).lanewise(XOR, y);
      ByteVector c = ByteVector.fromArray(SHUFFLED, r, 3 * BYTES + i).lanewise(XOR, y);
      y = y.lanewise(XOR, a.and(LOW_NIBBLE).selectFrom(aLow));
      y = y.lanewise(XOR, b.and(LOW_NIBBLE).selectFrom(bLow));
      y = y.lanewise(XOR, c.and(LOW_NIBBLE).selectFrom(cLow));
      // Bytes have no shift of their own; what comes in from the neighbour is masked away.
      a = a.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes().and(LOW_NIBBLE);
      b = b.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes().and(LOW_NIBBLE);
      c = c.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes().and(LOW_NIBBLE);
      y = y.lanewise(XOR, a.selectFrom(aHigh));
      y = y.lanewise(XOR, b.selectFrom(bHigh));
      y = y.lanewise(XOR, c.selectFrom(cHigh));
      y.intoArray(r, result + i);
    }
  }
}
