package io.tributary.retriever.engine.race;

import io.netty.buffer.ByteBuf;
import io.tributary.content.Layout;
import io.tributary.content.erasure.Columns;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.RetrievalReason;
import io.tributary.retriever.engine.race.Verification.Verdict;
import io.tributary.retriever.engine.source.FragmentOffer.Judgement;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes columns of four others, and judges by what comes out those that went in unverified.
 * Confined to its race, but for the work itself.
 */
final class Decoding {
  private final Board board;
  private final RaceMemory memory;
  private final Asking asking;
  private final Verification verification;
  private final Aftercare aftercare;
  private boolean isRunning;

  Decoding(
      Board board,
      RaceMemory memory,
      Asking asking,
      Verification verification,
      Aftercare aftercare) {
    this.board = board;
    this.memory = memory;
    this.asking = asking;
    this.verification = verification;
    this.aftercare = aftercare;
  }

  /** Whether it is being done; there is nothing else to do meanwhile. */
  boolean isRunning() {
    return isRunning;
  }

  /** The columns of one decoding, as masks, and where the missing ones go to. */
  private record Task(int sources, int missing, List<ByteBuf> outputs) {
    boolean isSource(Column column) {
      return (sources >> column.index & 1) != 0;
    }

    boolean isMissing(Column column) {
      return (missing >> column.index & 1) != 0;
    }
  }

  /** Decodes columns, once there is memory; four others are here. */
  void begin(int missing) {
    int targets = Integer.bitCount(missing);
    if (!memory.hasRoomToDecode(targets)) {
      return;
    }
    List<ByteBuf> outputs = new ArrayList<>();
    for (int i = 0; i < targets; i++) {
      Optional<ByteBuf> buffer = memory.decodeBuffer();
      if (buffer.isEmpty()) {
        outputs.forEach(ByteBuf::release);
        return;
      }
      outputs.add(buffer.get());
    }
    isRunning = true;
    board.columns().forEach(column -> asking.cancel(column, true));
    run(missing, outputs);
  }

  private void run(int missing, List<ByteBuf> outputs) {
    int length = board.key().length();
    ByteBuffer[] buffers = new ByteBuffer[Layout.COLUMNS];
    List<ByteBuf> held = new ArrayList<>();
    int sources = 0;
    int next = 0;
    for (Column column : board.columns()) {
      buffers[column.index] = ErasureCode.ABSENT;
      ByteBuf bytes = column.present;
      if (bytes != null && Integer.bitCount(sources) < Layout.DATA_COLUMNS) {
        sources |= 1 << column.index;
        held.add(bytes.retain());
        buffers[column.index] = bytes.nioBuffer(0, length);
      } else if ((missing >> column.index & 1) != 0) {
        buffers[column.index] = outputs.get(next++).nioBuffer(0, length);
      }
    }
    Task task = new Task(sources, missing, outputs);
    board.compute(
        () -> {
          long began = board.now();
          boolean[] isRight = new boolean[Layout.COLUMNS];
          try {
            board
                .parts()
                .code()
                .reconstruct(buffers, new Columns(task.sources), new Columns(missing));
            for (Column column : board.columns()) {
              isRight[column.index] =
                  task.isMissing(column)
                      && verification.of(column, buffers[column.index]) == Verdict.RIGHT;
            }
          } finally {
            held.forEach(ByteBuf::release);
            Duration took = Duration.ofNanos(board.now() - began);
            board.inTurn(() -> onDone(task, isRight, took));
          }
        });
  }

  private void onDone(Task task, boolean[] isRight, Duration took) {
    isRunning = false;
    int length = board.key().length();
    int count = task.outputs.size();
    board.parts().metrics().decoded(count, (long) count * length, took);
    int next = 0;
    int right = 0;
    for (Column column : board.columns()) {
      if (!task.isMissing(column)) {
        continue;
      }
      ByteBuf output = task.outputs.get(next++);
      if (isRight[column.index] && column.present == null && !board.isLanded()) {
        output.setIndex(0, length);
        column.put(output, "DECODED");
        right++;
        aftercare.take(column);
      } else {
        output.release();
      }
    }
    if (board.isLanded()) {
      return;
    }
    if (right > 0) {
      for (Column column : board.columns()) {
        if (task.isSource(column)) {
          column.judge(Judgement.RIGHT);
        }
      }
    } else {
      onNonsense(task);
    }
    board.advance();
  }

  /** What was decoded is wrong: one of the unverified inputs was, or the file was coded wrongly. */
  private void onNonsense(Task task) {
    boolean hadOpen = false;
    for (Column column : board.columns()) {
      Candidate from = column.unjudgedFrom;
      if (task.isSource(column) && from != null) {
        hadOpen = true;
        from.useless();
        column.release();
      }
    }
    if (!hadOpen) {
      board.fail(
          task.missing,
          new RetrievalException(
              RetrievalReason.BROKEN_FILE,
              "the columns of segment " + board.key().segment() + " do not belong together"));
    }
  }
}
