package io.tributary.libp2p.transport.quic;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryTokensTest {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 4001);
  private static final ByteBuf FIRST_ID = Unpooled.copyLong(1, 2);
  private static final ByteBuf RETRY_ID = Unpooled.copyLong(3);

  private Instant now = Instant.ofEpochSecond(1_000_000);
  private boolean busy = true;
  private boolean admits = true;
  private final RetryTokens tokens = tokens((byte) 1);

  private RetryTokens tokens(byte secret) {
    byte[] bytes = new byte[RetryTokens.SECRET_BYTES];
    bytes[0] = secret;
    return new RetryTokens(
        RetryTokens.key(bytes),
        Duration.ofSeconds(10),
        () -> now,
        Long.BYTES,
        new RetryTokens.Door() {
          @Override
          public boolean isBusy() {
            return busy;
          }

          @Override
          public boolean admits(InetSocketAddress client) {
            return admits;
          }
        });
  }

  private static ByteBuf tokenOf(RetryTokens maker) {
    ByteBuf token = Unpooled.buffer();
    assertThat(maker.writeToken(token, FIRST_ID.duplicate(), CLIENT)).isTrue();
    assertThat(token.readableBytes()).isLessThanOrEqualTo(maker.maxTokenLength());
    return token;
  }

  private boolean takes(ByteBuf token, InetSocketAddress client) {
    return tokens.validateToken(token.duplicate(), client, RETRY_ID.duplicate()).isValid();
  }

  @Test
  void ownToken_isTaken_andEndsWithTheFirstId() {
    ByteBuf token = tokenOf(tokens);
    assertThat(takes(token, CLIENT)).isTrue();
    int from = tokens.validateToken(token.duplicate(), CLIENT);
    assertThat(token.slice(from, token.readableBytes() - from)).isEqualTo(FIRST_ID);
  }

  @Test
  void quietSocket_letsInWithoutAToken() {
    busy = false;
    assertThat(tokens.writeToken(Unpooled.buffer(), FIRST_ID.duplicate(), CLIENT)).isFalse();
    admits = false;
    assertThat(tokens.writeToken(Unpooled.buffer(), FIRST_ID.duplicate(), CLIENT)).isTrue();
  }

  @Test
  void oldToken_isRefused() {
    ByteBuf token = tokenOf(tokens);
    now = now.plusSeconds(10);
    assertThat(takes(token, CLIENT)).isTrue();
    now = now.plusMillis(1);
    assertThat(takes(token, CLIENT)).isFalse();
  }

  @Test
  void tokenOfAnotherPlaceOrSecret_isRefused() {
    ByteBuf token = tokenOf(tokens);
    assertThat(takes(token, new InetSocketAddress("192.0.2.8", 4001))).isFalse();
    assertThat(takes(token, new InetSocketAddress("192.0.2.7", 4002))).isFalse();
    assertThat(takes(tokenOf(tokens((byte) 2)), CLIENT)).isFalse();
  }

  @Test
  void clientNotAdmitted_tokenHelpsNothing() {
    ByteBuf token = tokenOf(tokens);
    admits = false;
    assertThat(takes(token, CLIENT)).isFalse();
  }

  @Test
  void idThatIsNotOurs_isRefused() {
    ByteBuf token = tokenOf(tokens);
    assertThat(tokens.validateToken(token, CLIENT, FIRST_ID.duplicate()).isValid()).isFalse();
  }

  @Test
  void anyByteAltered_isRefused() {
    ByteBuf token = tokenOf(tokens);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < token.readableBytes(); i++) {
      ByteBuf altered = token.copy();
      altered.setByte(i, altered.getByte(i) ^ (1 << random.nextInt(8)));
      assertThat(takes(altered, CLIENT)).as("byte %d", i).isFalse();
    }
  }

  @FuzzTest
  void anyBytes_areRefused(byte[] bytes) {
    assertThat(takes(Unpooled.wrappedBuffer(bytes), CLIENT)).isFalse();
  }
}
