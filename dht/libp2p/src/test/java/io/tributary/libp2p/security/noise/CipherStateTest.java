package io.tributary.libp2p.security.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CipherStateTest {
  private static final long LAST_BUT_ONE = -2L;

  @ParameterizedTest
  @CsvSource({"CONSCRYPT,JDK", "JDK,CONSCRYPT", "JDK,JDK", "CONSCRYPT,CONSCRYPT"})
  void oneProviderSeals_theOtherOpens(AeadProvider sealing, AeadProvider opening) throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    CipherState sealer = CipherState.sealing(sealing, key(), 0);
    CipherState opener = CipherState.opening(opening, key(), 0);
    for (int length : new int[] {1, 0, 15, 16, 17, 1000, NoiseFrame.MAX_PLAIN_BYTES, 3}) {
      byte[] plain = new byte[length];
      random.nextBytes(plain);
      ByteBuf in = Unpooled.directBuffer(length + 1).writeBytes(plain);
      ByteBuf sealed = Unpooled.directBuffer(length + CipherState.TAG_BYTES);
      ByteBuf opened = Unpooled.directBuffer(length + CipherState.TAG_BYTES);
      sealer.apply(in, 0, length, sealed);
      assertThat(sealed.readableBytes()).isEqualTo(length + CipherState.TAG_BYTES);
      opener.apply(sealed, 0, sealed.readableBytes(), opened);
      assertThat(Arrays.equals(ByteBufUtil.getBytes(opened), plain))
          .as("%d bytes", length)
          .isTrue();
      in.release();
      sealed.release();
      opened.release();
    }
  }

  @ParameterizedTest
  @EnumSource(AeadProvider.class)
  void lastNonce_isNeverUsed(AeadProvider provider) throws Exception {
    CipherState sealer = CipherState.sealing(provider, key(), LAST_BUT_ONE);
    byte[] sealed = sealer.apply(new byte[0], new byte[] {1});
    assertThatThrownBy(() -> sealer.apply(new byte[0], new byte[] {2}))
        .isInstanceOfSatisfying(
            SecureChannelException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.NONCES_EXHAUSTED));
    CipherState opener = CipherState.opening(provider, key(), LAST_BUT_ONE);
    assertThat(opener.apply(new byte[0], sealed)).containsExactly(1);
    assertThatThrownBy(() -> opener.apply(new byte[0], sealed))
        .isInstanceOfSatisfying(
            SecureChannelException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.NONCES_EXHAUSTED));
  }

  @ParameterizedTest
  @EnumSource(AeadProvider.class)
  void messageOutOfOrder_doesNotAuthenticate(AeadProvider provider) throws Exception {
    CipherState sealer = CipherState.sealing(provider, key(), 0);
    sealer.apply(new byte[0], new byte[] {1});
    byte[] second = sealer.apply(new byte[0], new byte[] {2});
    assertThatThrownBy(() -> CipherState.opening(provider, key(), 0).apply(new byte[0], second))
        .isInstanceOfSatisfying(
            SecureChannelException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.DECRYPT_FAILED));
  }

  private static byte[] key() {
    byte[] key = new byte[CipherState.KEY_BYTES];
    Arrays.fill(key, (byte) 9);
    return key;
  }
}
