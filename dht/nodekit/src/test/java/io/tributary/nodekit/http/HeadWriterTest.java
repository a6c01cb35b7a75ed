package io.tributary.nodekit.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class HeadWriterTest {
  private static final int VALUES = 1000;

  @Test
  void numbersAndHexDigits_areThoseOfTheJdk() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < VALUES; i++) {
      long value = random.nextLong() >>> random.nextInt(64);
      ByteBuf out = Unpooled.buffer();
      new HeadWriter(out).number(value >>> 1).ascii(new byte[] {' '}).hex(value);
      assertThat(out.toString(US_ASCII))
          .isEqualTo((value >>> 1) + " " + HexFormat.of().toHexDigits(value));
    }
  }
}
