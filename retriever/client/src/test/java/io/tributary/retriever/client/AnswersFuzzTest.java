package io.tributary.retriever.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.content.MalformedIdException;
import java.io.IOException;

/** Answers of retrievers that may be anything. */
final class AnswersFuzzTest {
  @FuzzTest
  void answer_isReadOrRefused(byte[] answer) throws MalformedIdException {
    try {
      RemoteFile file = RemoteFile.read(Fid.parse("ab".repeat(32)), answer);
      assertThat(file.segments()).hasSize(Layout.segmentCount(file.storedBytes()));
    } catch (IOException expected) {
      assertThat(expected).hasMessageNotContaining("null");
    }
    try {
      assertThat(HttpRetriever.readAsks(answer)).doesNotContainNull();
    } catch (IOException expected) {
      assertThat(expected).isNotNull();
    }
  }
}
