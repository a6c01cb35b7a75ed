package io.tributary.exchange.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.exchange.FragmentTrailer;
import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.wire.FragmentCodec;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Content and trailer, however the stream is cut. */
final class BodyReaderTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void contentAndTrailer_areToldApartHoweverTheyAreCut(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      int length = 1 + random.nextInt(400);
      int sent = random.nextBoolean() ? length : random.nextInt(length);
      byte[] content = new byte[sent];
      random.nextBytes(content);
      byte[] trailer = FragmentCodec.encode(new FragmentTrailer.Verified(sent));
      byte[] all = Arrays.copyOf(content, sent + trailer.length);
      System.arraycopy(trailer, 0, all, sent, trailer.length);

      BodyReader reader = new BodyReader(length);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int at = 0;
      while (at < all.length) {
        int piece = Math.min(all.length - at, 1 + random.nextInt(120));
        reader.add(Unpooled.copiedBuffer(all, at, piece));
        at += piece;
        if (random.nextBoolean()) {
          poll(reader, random, out);
        }
      }
      reader.end();
      assertThat(reader.trailer()).as("seed %d, round %d", seed, round).isEqualTo(trailer);
      while (reader.readyBytes() > 0) {
        poll(reader, random, out);
      }
      assertThat(out.toByteArray()).as("seed %d, round %d", seed, round).isEqualTo(content);
      assertThat(reader.contentBytes()).isEqualTo(sent);
      assertThat(reader.trailer()).isEqualTo(trailer);
      reader.close();
    }
  }

  private static void poll(BodyReader reader, SplittableRandom random, ByteArrayOutputStream out) {
    if (reader.readyBytes() > 0) {
      ByteBuf bytes = reader.poll(1 + random.nextLong(reader.readyBytes()));
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy);
      bytes.release();
      out.writeBytes(copy);
    }
  }

  @Test
  void bytesBehindTheTrailer_areRefused() {
    BodyReader reader = new BodyReader(10);
    ByteBuf tooMuch = Unpooled.buffer().writeZero(10 + FragmentCodec.TRAILER_BYTES + 1);
    assertThatExceptionOfType(MalformedExchangeException.class)
        .isThrownBy(() -> reader.add(tooMuch));
    reader.close();
    assertThat(tooMuch.refCnt()).isZero();
  }

  @Test
  void endWithoutATrailer_isRefused() {
    BodyReader reader = new BodyReader(1000);
    reader.add(Unpooled.buffer().writeZero(FragmentCodec.TRAILER_BYTES - 1));
    assertThatExceptionOfType(MalformedExchangeException.class).isThrownBy(reader::end);
    reader.close();
  }
}
