package io.tributary.origin.scale;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.origin.chain.ChainVectors;
import java.math.BigInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScaleKnownAnswersTest {
  static Stream<JsonNode> compact() {
    return StreamSupport.stream(ChainVectors.root().get("compact").spliterator(), false);
  }

  static Stream<JsonNode> u128() {
    return StreamSupport.stream(ChainVectors.root().get("u128").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("compact")
  void compact_isWrittenAndReadAsPolkadotDoes(JsonNode vector) {
    BigInteger value = new BigInteger(vector.get("value").asText());
    byte[] scale = ChainVectors.bytes(vector.get("scale"));

    assertThat(new ScaleWriter().compact(value).toBytes()).isEqualTo(scale);
    ScaleReader in = ScaleReader.of(scale);
    assertThat(in.compact()).isEqualTo(value);
    in.end();
    if (value.bitLength() < 64) {
      assertThat(new ScaleWriter().compact(value.longValueExact()).toBytes()).isEqualTo(scale);
      assertThat(ScaleReader.of(scale).compact(Long.MAX_VALUE, "it"))
          .isEqualTo(value.longValueExact());
    }
  }

  @ParameterizedTest
  @MethodSource("u128")
  void u128_isWrittenAndReadAsPolkadotDoes(JsonNode vector) {
    BigInteger value = new BigInteger(vector.get("value").asText());
    byte[] scale = ChainVectors.bytes(vector.get("scale"));

    assertThat(new ScaleWriter().u128(value).toBytes()).isEqualTo(scale);
    assertThat(ScaleReader.of(scale).u128()).isEqualTo(value);
  }
}
