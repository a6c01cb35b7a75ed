package io.tributary.libp2p.autonat;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;

/** Any bytes are a message of AutoNAT within its bounds, or malformed; what is read is written. */
class AutoNatFuzzTest {

  @FuzzTest(maxDuration = "60s")
  void version2(byte[] data) {
    try {
      AutoNatMessage read = AutoNatMessage.read(Unpooled.wrappedBuffer(data));
      if (read instanceof AutoNatMessage.DialRequest request
          && !request.addresses().stream().allMatch(DecodedAddress.Usable.class::isInstance)) {
        return;
      }
      assertThat(AutoNatMessage.read(Unpooled.wrappedBuffer(read.toBytes()))).isEqualTo(read);
    } catch (MalformedFormatException refused) {
      assertThat(refused.reason()).isNotNull();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void version1(byte[] data) {
    try {
      AutoNat1Message read = AutoNat1Message.read(Unpooled.wrappedBuffer(data));
      assertThat(AutoNat1Message.read(Unpooled.wrappedBuffer(read.toBytes()))).isEqualTo(read);
    } catch (MalformedFormatException refused) {
      assertThat(refused.reason()).isNotNull();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void dialBack(byte[] data) {
    try {
      DialBackMessage read = DialBackMessage.read(Unpooled.wrappedBuffer(data));
      assertThat(DialBackMessage.read(Unpooled.wrappedBuffer(read.toBytes()))).isEqualTo(read);
    } catch (MalformedFormatException refused) {
      assertThat(refused.reason()).isNotNull();
    }
  }
}
