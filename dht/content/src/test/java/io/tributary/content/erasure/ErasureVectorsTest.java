package io.tributary.content.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The known answers, which CESS's own encoder and two others agree on. */
final class ErasureVectorsTest {
  private static final JsonNode VECTORS = read("/vectors/reed-solomon.json");
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void field_agreesWithTheVectors() {
    JsonNode powers = VECTORS.at("/field/exp");
    int power = 1;
    for (JsonNode expected : powers) {
      assertThat(power).isEqualTo(expected.intValue());
      power = Field.product(power, 2);
    }
    assertThat(powers).hasSize(255);
    assertThat(VECTORS.at("/field/mul_samples")).isNotEmpty();
    for (JsonNode sample : VECTORS.at("/field/mul_samples")) {
      int a = sample.get(0).intValue();
      int b = sample.get(1).intValue();
      int product = sample.get(2).intValue();
      assertThat(Field.product(a, b)).isEqualTo(product);
      if (b != 0) {
        assertThat(Field.quotient(product, b)).isEqualTo(a);
      }
    }
  }

  @Test
  void oracle_agreesWithAllMatrices() {
    JsonNode matrices = VECTORS.get("matrices");
    assertThat(matrices).hasSize(7);
    matrices
        .properties()
        .forEach(
            matrix -> {
              String[] counts = matrix.getKey().split("\\+", -1);
              Oracle oracle = new Oracle(Integer.parseInt(counts[0]), Integer.parseInt(counts[1]));
              assertThat(oracle.matrix())
                  .as(matrix.getKey())
                  .isDeepEqualTo(ints(matrix.getValue()));
            });
  }

  static Stream<Arguments> encodings() {
    List<Arguments> arguments = new ArrayList<>();
    for (JsonNode encoding : VECTORS.get("encode")) {
      if (encoding.get("k").intValue() == 4 && encoding.get("m").intValue() == 8) {
        for (ErasureCode.Engine engine : ErasureCode.Engine.values()) {
          arguments.add(Arguments.of(encoding.get("name").textValue(), engine, encoding));
        }
      }
    }
    assertThat(arguments).hasSize(2 * 8);
    return arguments.stream();
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("encodings")
  void encode_givesTheKnownAnswer(String name, ErasureCode.Engine engine, JsonNode encoding) {
    byte[] data = data(encoding);
    assertThat(sha256(data)).isEqualTo(encoding.get("data_sha256").textValue());
    int length = encoding.get("shard_size").intValue();
    ByteBuffer[] columns = new ByteBuffer[ErasureCode.COLUMNS];
    for (int c = 0; c < columns.length; c++) {
      columns[c] = ByteBuffer.allocate(length);
      int from = c * length;
      if (from < data.length) {
        columns[c].put(0, data, from, Math.min(length, data.length - from));
      }
    }

    ErasureCode.on(engine).reconstruct(columns, Columns.DATA, Columns.PARITY);

    for (int c = 0; c < columns.length; c++) {
      assertThat(sha256(columns[c].array()))
          .as("%s, column %d", name, c)
          .isEqualTo(encoding.get("shard_sha256").get(c).textValue());
      if (encoding.has("shards")) {
        assertThat(HEX.formatHex(columns[c].array()))
            .isEqualTo(encoding.get("shards").get(c).textValue());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void reconstruct_restoresTheKnownShardsFromEverySubset(ErasureCode.Engine engine) {
    JsonNode shards = VECTORS.at("/reconstruct/shards");
    int subsets = 0;
    for (int mask = 0; mask < 1 << ErasureCode.COLUMNS; mask++) {
      if (Integer.bitCount(mask) == ErasureCode.DATA_COLUMNS) {
        subsets++;
        Columns present = new Columns(mask);
        ByteBuffer[] columns = new ByteBuffer[ErasureCode.COLUMNS];
        for (int c = 0; c < columns.length; c++) {
          byte[] shard = HEX.parseHex(shards.get(c).textValue());
          columns[c] = ByteBuffer.wrap(present.contains(c) ? shard : new byte[shard.length]);
        }
        ErasureCode.on(engine).reconstruct(columns, present, Columns.ALL.without(present));
        for (int c = 0; c < columns.length; c++) {
          assertThat(HEX.formatHex(columns[c].array()))
              .as("column %d from %s", c, present)
              .isEqualTo(shards.get(c).textValue());
        }
      }
    }
    assertThat(subsets).isEqualTo(VECTORS.at("/reconstruct/patterns_checked").intValue());
  }

  @Test
  void weights_agreeWithTheKnownDecodeMatrices() {
    JsonNode known = VECTORS.at("/reconstruct/decode_rows");
    assertThat(known).hasSize(6);
    for (JsonNode matrix : known) {
      int survivors = 0;
      for (JsonNode survivor : matrix.get("survivors")) {
        survivors |= 1 << survivor.intValue();
      }
      int[][] rows = ints(matrix.get("rows_for_data_0_3"));
      for (int wanted = 0; wanted < ErasureCode.DATA_COLUMNS; wanted++) {
        if ((survivors >> wanted & 1) == 0) {
          int weights = Interpolation.weights(survivors, wanted);
          int c1 = Interpolation.unpack(weights, 0);
          int c2 = Interpolation.unpack(weights, 1);
          int c3 = Interpolation.unpack(weights, 2);
          assertThat(new int[] {1 ^ c1 ^ c2 ^ c3, c1, c2, c3}).isEqualTo(rows[wanted]);
        }
      }
    }
  }

  private static byte[] data(JsonNode encoding) {
    if (encoding.has("data")) {
      return HEX.parseHex(encoding.get("data").textValue());
    }
    byte[] data = new byte[encoding.get("data_len").intValue()];
    JsonNode seed = encoding.at("/generator/xorshift64star_seed");
    if (!seed.isMissingNode()) {
      long state = Long.parseUnsignedLong(seed.textValue().substring(2), 16);
      for (int i = 0; i < data.length; i++) {
        if (i % Long.BYTES == 0) {
          state ^= state >>> 12;
          state ^= state << 25;
          state ^= state >>> 27;
        }
        data[i] = (byte) ((state * 0x2545F4914F6CDD1DL) >>> (8 * (i % Long.BYTES)));
      }
    }
    return data;
  }

  private static int[][] ints(JsonNode rows) {
    int[][] ints = new int[rows.size()][];
    for (int r = 0; r < ints.length; r++) {
      ints[r] = new int[rows.get(r).size()];
      for (int c = 0; c < ints[r].length; c++) {
        ints[r][c] = rows.get(r).get(c).intValue();
      }
    }
    return ints;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode read(String resource) {
    try (InputStream in = ErasureVectorsTest.class.getResourceAsStream(resource)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
