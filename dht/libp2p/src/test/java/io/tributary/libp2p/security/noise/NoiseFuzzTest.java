package io.tributary.libp2p.security.noise;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.channel.embedded.EmbeddedChannel;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureChannelException;
import java.util.Arrays;

class NoiseFuzzTest {
  private static final byte[] KEY = new byte[CipherState.KEY_BYTES];

  @FuzzTest(maxDuration = "30s")
  void handshakePayload_isReadOrRefused(byte[] encoded) {
    try {
      HandshakePayload.decode(encoded, new byte[32]);
    } catch (SecureChannelException refused) {
      // Anything else that is thrown is the finding.
    }
  }

  @FuzzTest(maxDuration = "30s")
  void handshakeMessages_areReadOrRefused(FuzzedDataProvider data) {
    for (Role role : Role.values()) {
      XxHandshake handshake =
          new XxHandshake(
              AeadProvider.preferred(),
              role,
              new PortableDhKey(NoiseVectors.INITIATOR_STATIC),
              new PortableDhKey(NoiseVectors.INITIATOR_EPHEMERAL));
      try {
        while (!handshake.isDone()) {
          if (handshake.isOurTurn()) {
            handshake.write(new byte[0]);
          } else {
            handshake.read(data.consumeBytes(data.consumeInt(0, 200)));
          }
        }
      } catch (SecureChannelException refused) {
        // Anything else that is thrown is the finding.
      }
    }
  }

  @FuzzTest(maxDuration = "30s")
  void frames_areReadOrEndTheConnection(FuzzedDataProvider data) {
    AeadProvider provider = AeadProvider.preferred();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new NoiseCodec(
                CipherState.sealing(provider, KEY, 0), CipherState.opening(provider, KEY, 0)));
    try {
      while (data.remainingBytes() > 0 && channel.isOpen()) {
        byte[] read = data.consumeBytes(data.consumeInt(1, 100));
        channel.writeInbound(
            channel.alloc().directBuffer().writeBytes(Arrays.copyOf(read, read.length)));
      }
    } catch (Exception e) {
      if (!(e instanceof SecureChannelException)) {
        throw e;
      }
    } finally {
      channel.releaseInbound();
      channel.close();
    }
  }
}
