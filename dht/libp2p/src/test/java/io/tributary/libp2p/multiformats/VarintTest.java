package io.tributary.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.libp2p.multiformats.MalformedFormatException.Reason;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VarintTest {

  /** The examples of the specification, and both ends of each size. */
  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "1, 01",
    "127, 7f",
    "128, 8001",
    "255, ff01",
    "300, ac02",
    "16383, ff7f",
    "16384, 808001",
    "2097151, ffff7f",
    "2097152, 80808001",
    "72057594037927935, ffffffffffffff7f",
    "72057594037927936, 808080808080808001",
    "9223372036854775807, ffffffffffffffff7f",
  })
  void number_hasTheseBytes(long value, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    ByteBuf out = Unpooled.buffer(1);
    Varint.write(value, out);

    assertThat(Varint.size(value)).isEqualTo(bytes.length);
    assertThat(Varint.encode(value)).isEqualTo(bytes);
    assertThat(out).isEqualTo(Unpooled.wrappedBuffer(bytes));
    assertThat(Varint.read(bytes, 0)).isEqualTo(value);
    assertThat(Varint.read(out)).isEqualTo(value);
    assertThat(out.isReadable()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "8000, NOT_CANONICAL",
    "8100, NOT_CANONICAL",
    "ff80808000, NOT_CANONICAL",
    "ffffffffffffffffff, TOO_LONG",
    "80808080808080808001, TOO_LONG",
    "ffffffffffffffffff01, TOO_LONG",
  })
  void bytes_malformed_areRefused(String hex, Reason reason) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertRefused(reason, () -> Varint.read(bytes, 0));
    assertRefused(reason, () -> Varint.read(Unpooled.wrappedBuffer(bytes)));
    assertRefused(reason, () -> Varint.tryRead(Unpooled.wrappedBuffer(bytes)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80", "ffff", "ffffffffffffffff"})
  void bytes_truncated_areIncompleteAndStayInTheBuffer(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    ByteBuf in = Unpooled.wrappedBuffer(bytes);

    assertRefused(Reason.TRUNCATED, () -> Varint.read(bytes, 0));
    assertRefused(Reason.TRUNCATED, () -> Varint.read(in));
    assertThat(Varint.tryRead(in)).isEqualTo(Varint.INCOMPLETE);
    assertThat(Varint.tryReadLength(in, 10)).isEqualTo(Varint.INCOMPLETE);
    assertThat(in.readableBytes()).isEqualTo(bytes.length);
  }

  @Test
  void length_aboveItsMaximum_isRefused() {
    assertThat(Varint.readLength(Unpooled.wrappedBuffer(Varint.encode(300)), 300)).isEqualTo(300);
    assertThat(Varint.tryReadLength(Unpooled.wrappedBuffer(Varint.encode(300)), 300))
        .isEqualTo(300);
    assertRefused(
        Reason.TOO_LONG, () -> Varint.readLength(Unpooled.wrappedBuffer(Varint.encode(301)), 300));
    assertRefused(
        Reason.TOO_LONG,
        () -> Varint.tryReadLength(Unpooled.wrappedBuffer(Varint.encode(1L << 32)), 300));
  }

  @Test
  void number_negative_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Varint.size(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> Varint.encode(Long.MIN_VALUE));
    assertThatIllegalArgumentException().isThrownBy(() -> Varint.write(-1, Unpooled.buffer()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void number_random_isReadBack(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuf buffer = Unpooled.buffer();
    for (int i = 0; i < 10_000; i++) {
      long value = random.nextLong() >>> random.nextInt(1, 64);
      buffer.clear();
      Varint.write(value, buffer);
      byte[] bytes = new byte[Varint.MAX_BYTES + 3];
      int end = Varint.write(value, bytes, 3);

      assertThat(buffer.readableBytes()).as("seed %d", seed).isEqualTo(Varint.size(value));
      assertThat(Varint.tryRead(buffer)).as("seed %d", seed).isEqualTo(value);
      assertThat(end).as("seed %d", seed).isEqualTo(3 + Varint.size(value));
      assertThat(Varint.read(bytes, 3)).as("seed %d", seed).isEqualTo(value);
    }
  }

  private static void assertRefused(Reason reason, Runnable call) {
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
