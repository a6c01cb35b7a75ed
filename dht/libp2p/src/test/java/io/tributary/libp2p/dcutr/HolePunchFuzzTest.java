package io.tributary.libp2p.dcutr;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.tributary.libp2p.multiformats.MalformedFormatException;

/** Any bytes are a hole punch message within its bounds, or malformed; what is read is written. */
class HolePunchFuzzTest {

  @FuzzTest(maxDuration = "60s")
  void anyMessage_isReadOrRefused(byte[] data) {
    try {
      HolePunchMessage read = HolePunchMessage.read(Unpooled.wrappedBuffer(data));
      assertThat(read.addresses().size()).isLessThanOrEqualTo(HolePunchMessage.MAX_ADDRESSES);
      assertThat(HolePunchMessage.read(Unpooled.wrappedBuffer(read.toBytes()))).isEqualTo(read);
    } catch (MalformedFormatException refused) {
      assertThat(refused.reason()).isNotNull();
    }
  }
}
