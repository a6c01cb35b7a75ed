package io.tributary.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The oracle of the segmenter's tests has to be right itself. */
class BitwiseEncoderTest {
  @Test
  void matrix_isThatOfCess() {
    JsonNode rows = Vectors.REED_SOLOMON.at("/matrices/4+8");
    for (int row = 0; row < Layout.COLUMNS; row++) {
      for (int column = 0; column < Layout.DATA_COLUMNS; column++) {
        assertThat(BitwiseEncoder.coefficient(row, column))
            .as("row %d, column %d", row, column)
            .isEqualTo(rows.get(row).get(column).intValue());
      }
    }
  }

  @Test
  void everyEncodeVectorOf4And8_isReproduced() {
    List<JsonNode> vectors =
        Vectors.each(Vectors.REED_SOLOMON.get("encode"))
            .filter(v -> v.get("k").intValue() == 4 && v.get("m").intValue() == 8)
            .toList();
    assertThat(vectors).hasSize(8);
    for (JsonNode vector : vectors) {
      byte[] bytes =
          vector.has("data")
              ? Vectors.hex(vector.get("data"))
              : Vectors.generate(vector.get("generator"));
      int shardBytes = vector.get("shard_size").intValue();
      ByteBuffer padded = ByteBuffer.allocate(Layout.COLUMNS * shardBytes).put(bytes);
      ByteBuffer[] columns = new ByteBuffer[Layout.COLUMNS];
      for (int i = 0; i < columns.length; i++) {
        columns[i] = padded.slice(i * shardBytes, shardBytes);
      }
      new BitwiseEncoder()
          .encode(Arrays.copyOfRange(columns, 0, 4), Arrays.copyOfRange(columns, 4, 12));

      List<String> hashes = new ArrayList<>();
      for (ByteBuffer column : columns) {
        hashes.add(Sha256.of(column.clear()).toHex());
      }
      assertThat(hashes)
          .as(vector.get("name").textValue())
          .isEqualTo(Vectors.each(vector.get("shard_sha256")).map(JsonNode::textValue).toList());
    }
  }
}
