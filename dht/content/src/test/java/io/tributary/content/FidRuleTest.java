package io.tributary.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FidRuleTest {
  static Stream<JsonNode> vectors() {
    return Vectors.each(Vectors.IDENTIFIERS.get("fid_from_segment_hashes"));
  }

  private static List<SegmentHash> segments(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Sha256.of(("segment-" + i).getBytes(StandardCharsets.US_ASCII)))
        .map(SegmentHash::new)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void vector_bothRules_giveItsFids(JsonNode vector) {
    List<SegmentHash> segments = segments(vector.get("n").intValue());
    if (!vector.get("segment_hashes").isNull()) {
      assertThat(segments.stream().map(SegmentHash::toHex))
          .isEqualTo(Vectors.each(vector.get("segment_hashes")).map(JsonNode::textValue).toList());
    }
    Fid merkle = Fid.parse(vector.get("fid_merkle").textValue());
    Fid flat = Fid.parse(vector.get("fid_flat").textValue());

    assertThat(FidRule.MERKLE.fid(segments)).isEqualTo(merkle);
    assertThat(FidRule.FLAT.fid(segments)).isEqualTo(flat);
    assertThat(FidRule.matches(merkle, segments)).isTrue();
    assertThat(FidRule.matches(flat, segments)).isTrue();
    assertThat(FidRule.matches(new Fid(segments.get(0).digest()), segments)).isFalse();
  }

  @Test
  void rules_agreeForTwoSegmentsOnly() {
    for (int count = 1; count <= 40; count++) {
      List<SegmentHash> segments = segments(count);
      assertThat(FidRule.MERKLE.fid(segments).equals(FidRule.FLAT.fid(segments)))
          .as("%d segments", count)
          .isEqualTo(count == 2);
    }
  }

  @Test
  void noSegments_isRefused() {
    for (FidRule rule : FidRule.values()) {
      assertThatIllegalArgumentException().isThrownBy(() -> rule.fid(List.of()));
    }
  }
}
