package io.tributary.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.content.cipher.DeossCipher;
import io.tributary.content.cipher.SealingChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole files of which CESS's own code says what they become. */
class CessVectorsTest {
  private static final Segmenter SEGMENTER = new Segmenter(new BitwiseEncoder());

  static Stream<JsonNode> files() {
    return Vectors.each(Vectors.IDENTIFIERS.get("files"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void file_hasTheHashesOfItsVector(JsonNode vector) throws IOException {
    byte[] bytes = Vectors.generate(vector.get("generator"));
    assertThat(bytes).hasSize(vector.get("size").intValue());
    assertThat(Sha256.of(bytes).toHex()).isEqualTo(vector.get("file_sha256").textValue());

    Manifest manifest = segment(bytes, vector.path("cipher").asText());

    assertThat(manifest.sizeBytes()).isEqualTo(bytes.length);
    assertThat(manifest.fidBy(FidRule.MERKLE).toHex())
        .isEqualTo(vector.get("fid_merkle").textValue())
        .isEqualTo(manifest.fid().toHex());
    assertThat(manifest.fidBy(FidRule.FLAT).toHex()).isEqualTo(vector.get("fid_flat").textValue());
    assertThat(manifest.segments())
        .isEqualTo(Vectors.each(vector.get("segments")).map(CessVectorsTest::segment).toList());
  }

  private static Manifest segment(byte[] bytes, String passphrase) throws IOException {
    ReadableByteChannel plain = Channels.newChannel(new ByteArrayInputStream(bytes));
    if (passphrase.isEmpty()) {
      return SEGMENTER.segment(plain, OptionalLong.of(bytes.length), SegmentSink.NONE);
    }
    SealingChannel sealing = new SealingChannel(plain, DeossCipher.of(passphrase));
    return SEGMENTER
        .segment(sealing, OptionalLong.empty(), SegmentSink.NONE)
        .withSizeBytes(sealing.plainBytes());
  }

  private static Manifest.Segment segment(JsonNode vector) {
    return new Manifest.Segment(
        SegmentHash.parse(vector.get("segment_hash").textValue()),
        Vectors.each(vector.get("fragment_hashes"))
            .map(hash -> FragmentHash.parse(hash.textValue()))
            .toList());
  }

  @Test
  void vectorOfTheFactSheet_isReproduced() throws IOException {
    byte[] bytes = "hello cess cdn\n".getBytes(StandardCharsets.US_ASCII);
    Manifest manifest = segment(bytes, "");
    assertThat(manifest.segments().get(0).hash())
        .hasToString("ccb6faa4f5d48db15f78fa6adff9b2d5c82d3931f680412b05f01502e60eaee3");
    assertThat(manifest.fragment(0, 0))
        .hasToString("7aee2d41acded0ca17a476d9a81b48351808304381c1f8ccec46b99a838bfeb3");
    assertThat(manifest.segments().get(0).fragments().subList(1, 4)).allMatch(FragmentHash::isZero);
    assertThat(manifest.fragment(0, 4))
        .hasToString("27122764b5cbc3747bd10bb63c22b190b5320a9cb1f0f1398fd133f49030ecc2");
    assertThat(manifest.fragment(0, 11))
        .hasToString("9c8d1c73e05aab0f7b00ed11660dddddb417dc6b51799d18ae13f8aa7ce02129");
    assertThat(manifest.fidBy(FidRule.MERKLE))
        .hasToString("f903e97424a5da3d1db33dcaa762b9a45d5b03f149f64a0233657edcdc5d0dda");
    assertThat(manifest.fidBy(FidRule.FLAT))
        .hasToString("c889a9c5dbe57c07f3e58c0a5557be414cacc8de851307ac498cc17e12f57837");
  }

  @Test
  void lentFragments_areWhatTheHashesSay() throws IOException {
    List<String> starts = new ArrayList<>();
    SEGMENTER.segment(
        new ByteArrayInputStream(new byte[] {'a'}),
        OptionalLong.empty(),
        lent -> {
          for (int column = 0; column < Layout.COLUMNS; column++) {
            ByteBuffer fragment = lent.fragment(column);
            assertThat(new FragmentHash(Sha256.of(fragment)))
                .isEqualTo(lent.hashes().fragment(column));
            starts.add(HexFormat.of().toHexDigits(fragment.get()));
          }
        });
    // Parity of a single byte 0x61 is that byte times the first number of each row.
    List<String> expected = new ArrayList<>();
    for (JsonNode row : Vectors.REED_SOLOMON.at("/matrices/4+8")) {
      expected.add(
          HexFormat.of().toHexDigits((byte) BitwiseEncoder.multiply('a', row.get(0).intValue())));
    }
    assertThat(starts).isEqualTo(expected);
  }
}
