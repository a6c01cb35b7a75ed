package io.tributary.region.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tributary.region.RegionMetrics;
import io.tributary.region.TestMembers;
import io.tributary.region.record.AddressScope;
import io.tributary.region.record.RecordRules;
import io.tributary.region.record.RefusedException;

/** That gossip is either refused or read within its bounds. */
class GossipFuzzTest {

  @FuzzTest
  void gossip(byte[] bytes) {
    GossipCodec codec =
        new GossipCodec(
            new RecordRules(() -> TestMembers.NOW, AddressScope.PUBLIC, RegionMetrics.NONE));
    try {
      GossipMessage message = codec.decode(bytes);
      byte[] again = GossipCodec.encode(message);
      assertThat(codec.decode(again)).isEqualTo(message);
      assertThat(GossipCodec.framedBytes(message)).isGreaterThan(again.length);
    } catch (RefusedException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }
}
