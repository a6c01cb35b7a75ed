package io.tributary.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  private static final String HEX =
      "2daeb1f36095b44b318410b3f4e8b5d989dcc7bb023d1426c492dab0a3053e74";

  @Test
  void hex_parsedAndPrinted_isTheSame() {
    assertThat(Digest.parse(HEX).toHex()).isEqualTo(HEX);
    assertThat(Digest.parse(HEX)).hasToString(HEX);
    assertThat(Fid.parse(HEX)).hasToString(HEX);
    assertThat(SegmentHash.parse(HEX).toHex()).isEqualTo(HEX);
    assertThat(FragmentHash.parse(HEX).toHex()).isEqualTo(HEX);
  }

  @Test
  void everyChar_otherThanLowerCaseHex_isRefused() {
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (!hex) {
        String text = HEX.substring(0, 63) + (char) c;
        assertThatExceptionOfType(MalformedIdException.class).isThrownBy(() -> Digest.parse(text));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 31, 32, 47, 48, 63})
  void wrongChar_anywhere_isRefusedAndItsPlaceNamed(int place) {
    String text = HEX.substring(0, place) + 'A' + HEX.substring(place + 1);
    assertThatExceptionOfType(MalformedIdException.class)
        .isThrownBy(() -> Digest.parse(text))
        .withMessageContaining("character " + place + " ");
  }

  @Test
  void otherSpellings_areRefused() {
    for (String text :
        new String[] {
          "", "0x" + HEX, HEX + "0", HEX.substring(1), HEX.toUpperCase(Locale.ROOT), " " + HEX
        }) {
      assertThatExceptionOfType(MalformedIdException.class)
          .as(text)
          .isThrownBy(() -> Fid.parse(text));
    }
  }

  @Test
  void rawBytes_ofAnotherLength_areRefused() {
    assertThatExceptionOfType(MalformedIdException.class).isThrownBy(() -> Digest.of(new byte[31]));
    assertThatExceptionOfType(MalformedIdException.class)
        .isThrownBy(() -> AccountId.of(new byte[33]));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomBytes_roundTripAndOrderUnsigned(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] before = new byte[32];
    for (int round = 0; round < 500; round++) {
      byte[] raw = before.clone();
      // Often only a few bytes differ, so that each word gets to decide the order.
      for (int change = random.nextInt(4); change >= 0; change--) {
        raw[random.nextInt(32)] = (byte) random.nextInt();
      }
      Digest digest = Digest.of(raw);
      assertThat(digest.toBytes()).as("seed %d", seed).isEqualTo(raw);
      assertThat(Digest.parse(HexFormat.of().formatHex(raw))).isEqualTo(digest);
      assertThat(Integer.signum(digest.compareTo(Digest.of(before))))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(new BigInteger(1, raw).compareTo(new BigInteger(1, before)));
      before = raw;
    }
  }

  @Test
  void zeroNames_areThoseOfZeroBytes() {
    var constants = Vectors.IDENTIFIERS.get("constants");
    assertThat(FragmentHash.ZERO.toHex())
        .isEqualTo(constants.get("zero_fragment_sha256").textValue())
        .isEqualTo(Sha256.of(new byte[Layout.FRAGMENT_BYTES]).toHex());
    assertThat(SegmentHash.ZERO.toHex())
        .isEqualTo(constants.get("zero_segment_sha256").textValue())
        .isEqualTo(Sha256.of(new byte[Layout.SEGMENT_BYTES]).toHex());
    assertThat(FragmentHash.parse(HEX).isZero()).isTrue();
    assertThat(new FragmentHash(SegmentHash.ZERO.digest()).isZero()).isFalse();
  }
}
