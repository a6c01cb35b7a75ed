package io.tributary.origin.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.origin.scale.ScaleException.Reason;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleReaderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100", // 0 in two bytes
        "fd00", // 63 in two bytes
        "02000000", // 0 in four
        "feff0000", // 16383 in four
        "03ffffff3f", // 2^30-1 in the big form
        "0300000000", // 0 in the big form
        "07ffffffff00", // 2^32-1 with a leading zero
      })
  void compact_longerThanNeeded_isRefused(String hex) {
    assertRefused(hex, Reason.NOT_MINIMAL, ScaleReader::compact);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "020000", "03", "03000000", "13000000000000ff", "ff00"})
  void compact_cutShort_isRefused(String hex) {
    assertRefused(hex, Reason.TRUNCATED, ScaleReader::compact);
  }

  @Test
  void compact_aboveTheLimit_isRefused() {
    assertRefused("1501", Reason.NUMBER_TOO_LARGE, in -> in.compact(68, "a thing"));
    assertRefused(
        "33ffffffffffffffffffffffffffffffff",
        Reason.NUMBER_TOO_LARGE,
        in -> in.compact(Long.MAX_VALUE, "a thing"));
  }

  @Test
  void bool_neitherZeroNorOne_isRefused() {
    assertRefused("02", Reason.BAD_BOOLEAN, ScaleReader::bool);
    assertThat(reader("01").bool()).isTrue();
    assertThat(reader("00").bool()).isFalse();
  }

  @Test
  void option_markedNeitherZeroNorOne_isRefused() {
    assertRefused("0201000000", Reason.BAD_OPTION, in -> in.option(ScaleReader::u32));
    assertThat(reader("00").option(ScaleReader::u32)).isEmpty();
    assertThat(reader("01ffffffff").option(ScaleReader::u32)).contains(0xffff_ffffL);
  }

  @Test
  void u64_aboveLongRange_isRefused() {
    assertRefused("0000000000000080", Reason.NUMBER_TOO_LARGE, ScaleReader::u64);
    assertThat(reader("ffffffffffffff7f").u64()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void u128_aboveTheLimit_isRefused() {
    String twoTo64 = "00000000000000000100000000000000";
    assertThat(reader(twoTo64).u128()).isEqualTo(BigInteger.ONE.shiftLeft(64));
    assertRefused(twoTo64, Reason.NUMBER_TOO_LARGE, in -> in.u128(Long.MAX_VALUE, "a size"));
  }

  @Test
  void bytes_longerThanAllowed_areRefused() {
    assertRefused("0c010203", Reason.OVERSIZED, in -> in.bytes(2, "a name"));
    assertThat(reader("0c010203").bytes(3, "a name")).containsExactly(1, 2, 3);
  }

  @Test
  void vec_thatClaimsMoreThanThereIs_isRefusedBeforeAnyElementIsRead() {
    // Claims 2^30-1 elements of 64 bytes, which would not even fit an array.
    assertRefused(
        "feffffff00",
        Reason.TRUNCATED,
        in ->
            in.vec(
                Integer.MAX_VALUE,
                64,
                "things",
                element -> {
                  throw new AssertionError("read an element");
                }));
  }

  @Test
  void vec_withACountOfManyBytes_isRefused() {
    assertRefused(
        "33ffffffffffffffffffffffffffffffff",
        Reason.OVERSIZED,
        in -> in.vec(Integer.MAX_VALUE, 1, "things", ScaleReader::u8));
  }

  @Test
  void end_withBytesLeft_isRefused() {
    assertRefused("00", Reason.TRAILING_BYTES, ScaleReader::end);
  }

  @Test
  void error_namesThePositionAndTheReason() {
    ScaleReader in = reader("0102");
    in.u8();
    assertThatThrownBy(in::bool)
        .isInstanceOfSatisfying(ScaleException.class, e -> assertThat(e.offset()).isEqualTo(1))
        .hasMessage("BAD_BOOLEAN at byte 1: a boolean is 0 or 1, this is 2");
  }

  @Test
  void writer_valueItsTypeCannotHold_isRefused() {
    List<Consumer<ScaleWriter>> mistakes =
        List.of(
            out -> out.u8(256),
            out -> out.u8(-1),
            out -> out.u32(1L << 32),
            out -> out.u64(-1),
            out -> out.u128(-1),
            out -> out.u128(BigInteger.ONE.shiftLeft(128)),
            out -> out.u128(BigInteger.ONE.negate()),
            out -> out.compact(-1),
            out -> out.compact(BigInteger.ONE.negate()),
            out -> out.compact(BigInteger.ONE.shiftLeft(536)));
    for (Consumer<ScaleWriter> mistake : mistakes) {
      assertThatThrownBy(() -> mistake.accept(new ScaleWriter()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void writer_allForms_areReadBack() {
    byte[] bytes =
        new ScaleWriter()
            .u8(200)
            .bool(true)
            .u32(4_000_000_000L)
            .u64(Long.MAX_VALUE)
            .u128(5)
            .bytes(new byte[] {1, 2})
            .vec(List.of(7, 8), ScaleWriter::u8)
            .option(Optional.of(9L), ScaleWriter::u32)
            .toBytes();

    ScaleReader in = ScaleReader.of(bytes);
    assertThat(in.u8()).isEqualTo(200);
    assertThat(in.bool()).isTrue();
    assertThat(in.u32()).isEqualTo(4_000_000_000L);
    assertThat(in.u64()).isEqualTo(Long.MAX_VALUE);
    assertThat(in.u128(5, "it")).isEqualTo(5);
    assertThat(in.bytes(2, "it")).containsExactly(1, 2);
    assertThat(in.vec(2, 1, "it", ScaleReader::u8)).containsExactly(7, 8);
    assertThat(in.option(ScaleReader::u32)).contains(9L);
    in.end();
  }

  private static ScaleReader reader(String hex) {
    return ScaleReader.of(HexFormat.of().parseHex(hex));
  }

  private static void assertRefused(String hex, Reason reason, Consumer<ScaleReader> read) {
    assertThatThrownBy(() -> read.accept(reader(hex)))
        .isInstanceOfSatisfying(
            ScaleException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
