package io.tributary.libp2p.multiformats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tributary.libp2p.multiformats.MalformedFormatException.Reason;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultibaseTest {

  /** The test vectors of the multibase repository. */
  @ParameterizedTest
  @CsvSource({
    "0, BASE16, f796573206d616e692021",
    "0, BASE16_UPPER, F796573206D616E692021",
    "0, BASE32, bpfsxgidnmfxgsibb",
    "0, BASE32_UPPER, BPFSXGIDNMFXGSIBB",
    "0, BASE36, k2lcpzo5yikidynfl",
    "0, BASE58_BTC, z7paNL19xttacUY",
    "0, BASE64_URL, ueWVzIG1hbmkgIQ",
    "1, BASE16, f00796573206d616e692021",
    "1, BASE32, bab4wk4zanvqw42jaee",
    "1, BASE36, k02lcpzo5yikidynfl",
    "1, BASE58_BTC, z17paNL19xttacUY",
    "1, BASE64_URL, uAHllcyBtYW5pICE",
    "2, BASE16, f0000796573206d616e692021",
    "2, BASE32, baaahszltebwwc3tjeaqq",
    "2, BASE36, k002lcpzo5yikidynfl",
    "2, BASE58_BTC, z117paNL19xttacUY",
    "2, BASE64_URL, uAAB5ZXMgbWFuaSAh",
  })
  void bytes_haveThisText(int leadingZeros, Multibase base, String text) {
    byte[] bytes = ("\0".repeat(leadingZeros) + "yes mani !").getBytes(ISO_8859_1);

    assertThat(base.encode(bytes)).isEqualTo(text);
    assertThat(Multibase.decode(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @EnumSource
  void bytes_random_areReadBack(Multibase base) {
    SplittableRandom random = new SplittableRandom(base.prefix());
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      Arrays.fill(bytes, 0, random.nextInt(bytes.length + 1), (byte) 0);

      String text = base.encode(bytes);

      assertThat(text).as("case %d", i).startsWith(String.valueOf(base.prefix()));
      assertThat(Multibase.decode(text)).as("case %d", i).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', TRUNCATED",
    "7paNL19xttacUY, UNKNOWN_CODE",
    "m, UNKNOWN_CODE",
    "z0, BAD_CHARACTER",
    "zé, BAD_CHARACTER",
    "bPFSXGIDNMFXGSIBB, BAD_CHARACTER",
    "bme======, BAD_CHARACTER",
    "f0, NOT_CANONICAL",
    "bmf, NOT_CANONICAL",
    "ba, NOT_CANONICAL",
    "uZm9vYmF, NOT_CANONICAL",
  })
  void text_malformed_isRefused(String text, Reason reason) {
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(() -> Multibase.decode(text))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @ParameterizedTest
  @ValueSource(chars = {'f', 'b', 'k', 'z', 'u'})
  void text_tooLong_isRefused(char base) {
    String longest = "0a".repeat(BaseCodec.MAX_CHARS / 2).replace('0', base == 'f' ? '0' : 'a');

    assertThat(Multibase.decode(base + longest)).isNotEmpty();
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(() -> Multibase.decode(base + longest + "a"))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG));
  }
}
