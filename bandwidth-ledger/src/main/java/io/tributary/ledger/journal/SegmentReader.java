package io.tributary.ledger.journal;

import io.tributary.ledger.journal.JournalException.Reason;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Reads the frames of one segment, and decides what the end of a segment means. */
final class SegmentReader {

  /*
   * Torn or damaged
   * ---------------
   * Reading stops at the first place where no valid frame stands. There are three reasons for that.
   *
   * The segment ends: only zeros follow.
   *
   * The process or the machine died while a batch was being written: frames of that batch are there
   * in part, in any order, since the disk may write sectors as it likes until it is told to be
   * done. Nobody was told of these records, so they are cut off.
   *
   * Bytes have changed that had been durable: somebody was told of that record, so to go on without
   * it could pay twice or lose money. The node must not start.
   *
   * The second and the third are told apart by two rules. (1) Each frame carries the highest
   * sequence that was durable when it was written. If behind the bad place a valid frame says that
   * the missing record was durable, the place is damaged. (2) In the last batch there is no such
   * witness. But the disk writes a sector whole or not at all, and no word of a written frame is
   * zero. So a frame that was cut short has a sector of zeros, or zeros at its end, and one without
   * has been changed.
   */

  private final Path file;
  private final ByteBuffer content;
  private final boolean isLast;

  /**
   * A reader.
   *
   * @param content the whole file from its start
   * @param isLast whether records may have been cut off here; in earlier segments none may
   */
  SegmentReader(Path file, ByteBuffer content, boolean isLast) {
    this.file = file;
    this.content = content;
    this.isLast = isLast;
  }

  /** Told of each frame, in order. */
  interface Sink {
    void accept(Frame.Content frame) throws JournalException;
  }

  /**
   * Where reading ended.
   *
   * @param nextAt the place for the next frame
   * @param nextSequence its sequence
   * @param isTorn whether bytes of an unfinished batch stand there
   */
  record End(int nextAt, long nextSequence, boolean isTorn) {}

  /** Reads all frames from a place on. */
  End read(int from, long firstSequence, Sink sink) throws JournalException {
    int at = from;
    long sequence = firstSequence;
    while (at + Frame.HEADER_BYTES <= content.limit()
        && Frame.isValid(content, at)
        && Frame.claimedSequence(content, at) == sequence) {
      sink.accept(Frame.read(content, at));
      at = Frame.claimedEnd(content, at);
      sequence++;
    }
    if (isZero(at, content.limit())) {
      return new End(at, sequence, false);
    }
    if (!isLast) {
      throw damaged(at, sequence, "later segments follow");
    }
    requireNoWitness(at, sequence);
    if (!looksCutShort(at, sequence)) {
      throw damaged(at, sequence, "it was written whole and has changed");
    }
    return new End(at, sequence, true);
  }

  private void requireNoWitness(int at, long sequence) throws JournalException {
    for (int place = at; place + Frame.HEADER_BYTES <= content.limit(); place += Frame.WORD_BYTES) {
      if (content.getInt(place) != 0 || content.getInt(place + Integer.BYTES) != 0) {
        if (Frame.claimedSequence(content, place) > sequence && Frame.isValid(content, place)) {
          Frame.Content witness = Frame.read(content, place);
          if (witness.durableBefore() >= sequence) {
            throw damaged(
                at, sequence, "record " + witness.sequence() + " says that it was durable");
          }
        }
      }
    }
  }

  private boolean looksCutShort(int at, long sequence) {
    int end = Frame.claimedEnd(content, at);
    boolean isHeaderWhole = end > 0 && Frame.claimedSequence(content, at) == sequence;
    if (!isHeaderWhole) {
      // Its own length is not to be trusted: only the header is looked at.
      end = Math.min(at + Frame.HEADER_BYTES, content.limit());
    }
    if (isZero(end - Frame.WORD_BYTES, end)) {
      return true;
    }
    for (int from = at; from < end; ) {
      int to = Math.min(end, (from / Frame.SECTOR_BYTES + 1) * Frame.SECTOR_BYTES);
      if (isZero(from, to)) {
        return true;
      }
      from = to;
    }
    return false;
  }

  private boolean isZero(int from, int to) {
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      if (content.getLong(at) != 0) {
        return false;
      }
    }
    for (; at < to; at++) {
      if (content.get(at) != 0) {
        return false;
      }
    }
    return true;
  }

  private JournalException damaged(int at, long sequence, String witness) {
    return new JournalException(
        Reason.DAMAGED,
        "record "
            + sequence
            + " of the journal, at byte "
            + at
            + " of "
            + file
            + ", is damaged ("
            + witness
            + "). The node does not start, since it could lose or repeat payments. Check the disk."
            + " Restore the directory from a copy, or move it away and start with an empty one: peers"
            + " and the chain present the highest vouchers again when they are met.");
  }
}
