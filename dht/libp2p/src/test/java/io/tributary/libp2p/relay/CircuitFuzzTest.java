package io.tributary.libp2p.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.tributary.libp2p.identity.InvalidEnvelopeException;
import io.tributary.libp2p.multiformats.MalformedFormatException;

/** Any bytes are a message of relays within its bounds, or malformed; what is read is written. */
class CircuitFuzzTest {

  @FuzzTest(maxDuration = "60s")
  void hopMessage(byte[] data) {
    try {
      HopMessage read = HopMessage.read(Unpooled.wrappedBuffer(data));
      HopMessage again = HopMessage.read(Unpooled.wrappedBuffer(read.toBytes()));
      // A voucher is an array, which is equal to itself only.
      assertThat(again.toBytes()).isEqualTo(read.toBytes());
      assertThat(again.getClass()).isEqualTo(read.getClass());
    } catch (MalformedFormatException refused) {
      assertThat(refused.reason()).isNotNull();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void stopMessage(byte[] data) {
    try {
      StopMessage read = StopMessage.read(Unpooled.wrappedBuffer(data));
      assertThat(StopMessage.read(Unpooled.wrappedBuffer(read.toBytes()))).isEqualTo(read);
    } catch (MalformedFormatException refused) {
      assertThat(refused.reason()).isNotNull();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void voucher(byte[] data) {
    try {
      assertThat(RelayVoucher.open(data).relay()).isNotNull();
    } catch (MalformedFormatException | InvalidEnvelopeException refused) {
      assertThat(refused).isNotNull();
    }
  }
}
