package io.tributary.content;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * A byte range cut at the multiples of a piece size: an immutable list whose elements are computed
 * as they are read, so that its memory does not depend on the range.
 *
 * <pre>{@code
 * piece       0          1          2          3
 *        |----------|----------|----------|----------|
 * range         [==============================)
 * cuts          [===|==========|===============)        three elements: pieces 0, 1 and 2
 *                                          ^ the range ends here, inside or at the end of a piece
 * }</pre>
 *
 * @param <T> what a cut is presented as
 */
final class Cuts<T> extends AbstractList<T> implements RandomAccess {
  /** Presents one cut. */
  @FunctionalInterface
  interface Form<T> {
    /**
     * Makes the element for one cut.
     *
     * @param piece the number of the piece, from 0
     * @param offset the first byte, counted within the piece
     * @param length how many bytes of the piece
     * @param position the first byte, counted from byte 0 of piece 0
     */
    T of(int piece, int offset, int length, long position);
  }

  private final ByteRange range;
  private final int pieceBytes;
  private final Form<T> form;
  private final int firstPiece;
  private final int size;

  Cuts(ByteRange range, int pieceBytes, Form<T> form) {
    this.range = range;
    this.pieceBytes = pieceBytes;
    this.form = form;
    firstPiece = Math.toIntExact(range.offset() / pieceBytes);
    size = Math.toIntExact((range.end() - 1) / pieceBytes) - firstPiece + 1;
  }

  @Override
  public T get(int index) {
    int piece = firstPiece + Objects.checkIndex(index, size);
    long pieceStart = (long) piece * pieceBytes;
    long start = Math.max(range.offset(), pieceStart);
    long end = Math.min(range.end(), pieceStart + pieceBytes);
    return form.of(piece, (int) (start - pieceStart), (int) (end - start), start);
  }

  @Override
  public int size() {
    return size;
  }
}
