package io.tributary.retriever.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.content.MalformedIdException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PieceJournalTest {
  private static final long BYTES = 3L * Layout.SEGMENT_BYTES + 1;
  @TempDir private Path directory;

  @Test
  void tornJournalLine_isForgotten() throws Exception {
    Path path = directory.resolve("pieces");
    try (PieceJournal journal = PieceJournal.open(path, fid(), BYTES, 4)) {
      journal.done(0);
      journal.done(3);
    }
    Files.writeString(path, "2", StandardOpenOption.APPEND);

    try (PieceJournal journal = PieceJournal.open(path, fid(), BYTES, 4)) {
      assertThat(done(journal)).containsExactly(0, 3);
      journal.done(1);
    }
    try (PieceJournal journal = PieceJournal.open(path, fid(), BYTES, 4)) {
      assertThat(done(journal)).containsExactly(0, 1, 3);
    }
    try (PieceJournal journal = PieceJournal.open(path, fid(), BYTES + 1, 4)) {
      assertThat(done(journal)).isEmpty();
    }
  }

  private static List<Integer> done(PieceJournal journal) {
    return IntStream.range(0, 4).filter(journal::isDone).boxed().toList();
  }

  private static Fid fid() throws MalformedIdException {
    return Fid.parse("ab".repeat(32));
  }
}
