package io.tributary.content.erasure;

import static io.tributary.content.erasure.ErasureCode.DATA_COLUMNS;
import static io.tributary.content.erasure.ErasureCode.PARITY_COLUMNS;

import io.tributary.content.erasure.ErasureException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What one call of one thread works with: the buffers it was given, and a strip through which they
 * pass stretch by stretch.
 *
 * <p>A call adds its four sources and its targets, checks them, computes, and clears.
 */
final class Workspace {
  private final Strip strip;
  private final int[] sourceColumns = new int[DATA_COLUMNS];
  private final int[] targetColumns = new int[PARITY_COLUMNS];
  private final ByteBuffer[] sources = new ByteBuffer[DATA_COLUMNS];
  private final ByteBuffer[] targets = new ByteBuffer[PARITY_COLUMNS];
  private int sourceCount;
  private int targetCount;

  Workspace(Strip strip) {
    this.strip = strip;
    clear();
  }

  void addSource(int column, ByteBuffer source) {
    sourceColumns[sourceCount] = column;
    sources[sourceCount++] = source;
  }

  void addTarget(int column, ByteBuffer target) {
    targetColumns[targetCount] = column;
    targets[targetCount++] = target;
  }

  int sourceCount() {
    return sourceCount;
  }

  int targetCount() {
    return targetCount;
  }

  /** Throws {@link ErasureException} if the buffers do not fit together. */
  void check() {
    int length = sources[0].remaining();
    for (int i = 1; i < sourceCount; i++) {
      checkLength(sourceColumns[i], sources[i], length);
    }
    for (int i = 0; i < targetCount; i++) {
      checkTarget(targetColumns[i], targets[i], length);
      for (int j = 0; j < sourceCount; j++) {
        checkApart(targetColumns[i], targets[i], sourceColumns[j], sources[j]);
      }
      for (int j = 0; j < i; j++) {
        checkApart(targetColumns[i], targets[i], targetColumns[j], targets[j]);
      }
    }
  }

  /** Computes all parity columns from the data columns and writes those that are targets. */
  void encode() {
    int length = sources[0].remaining();
    for (int at = 0; at < length; at += Strip.BYTES) {
      int stretch = Math.min(Strip.BYTES, length - at);
      read(at, stretch);
      strip.encode(stretch);
      for (int i = 0; i < targetCount; i++) {
        write(targetColumns[i], targets[i], at, stretch);
      }
    }
  }

  /** Computes the targets one by one, from sources that are the columns of a mask. */
  void combine(int sourceMask) {
    for (int i = 0; i < targetCount; i++) {
      strip.prepare(i, Interpolation.weights(sourceMask, targetColumns[i]));
    }
    int length = sources[0].remaining();
    for (int at = 0; at < length; at += Strip.BYTES) {
      int stretch = Math.min(Strip.BYTES, length - at);
      read(at, stretch);
      strip.combine(targetCount, stretch);
      for (int i = 0; i < targetCount; i++) {
        write(Strip.RESULTS + i, targets[i], at, stretch);
      }
    }
  }

  /** Lets go of the caller's buffers. */
  void clear() {
    Arrays.fill(sources, ErasureCode.ABSENT);
    Arrays.fill(targets, ErasureCode.ABSENT);
    sourceCount = 0;
    targetCount = 0;
  }

  private void read(int at, int stretch) {
    for (int i = 0; i < DATA_COLUMNS; i++) {
      strip.read(i, sources[i], sources[i].position() + at, stretch);
    }
  }

  private void write(int row, ByteBuffer target, int at, int stretch) {
    strip.write(row, target, target.position() + at, stretch);
  }

  private static void checkLength(int column, ByteBuffer buffer, int expected) {
    if (buffer.remaining() != expected) {
      throw new ErasureException(
          Reason.LENGTH_MISMATCH,
          "the first source has "
              + expected
              + " bytes, column "
              + column
              + " has "
              + buffer.remaining());
    }
  }

  private static void checkTarget(int column, ByteBuffer buffer, int expected) {
    if (buffer.isReadOnly()) {
      throw new ErasureException(
          Reason.READ_ONLY_TARGET, "column " + column + " is to be written but read-only");
    }
    checkLength(column, buffer, expected);
  }

  private static void checkApart(int column, ByteBuffer buffer, int otherColumn, ByteBuffer other) {
    if (shareBytes(buffer, other)) {
      throw new ErasureException(
          Reason.OVERLAPPING_BUFFERS,
          "column " + column + " is to be written but shares bytes with column " + otherColumn);
    }
  }

  // Equal buffers hold equal bytes; the question here is whether they are the same bytes.
  @SuppressWarnings("ReferenceEquality")
  private static boolean shareBytes(ByteBuffer one, ByteBuffer two) {
    return one == two
        || (one.hasArray()
            && two.hasArray()
            && one.array() == two.array()
            && one.arrayOffset() + one.position() < two.arrayOffset() + two.limit()
            && two.arrayOffset() + two.position() < one.arrayOffset() + one.limit());
  }
}
