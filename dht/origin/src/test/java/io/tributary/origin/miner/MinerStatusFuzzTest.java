package io.tributary.origin.miner;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tributary.origin.upstream.Envelope;

class MinerStatusFuzzTest {
  @FuzzTest
  void anyBytes_areAStatusOrNot(byte[] data) {
    Envelope.parse(data)
        .flatMap(envelope -> MinerStatus.of(envelope.data()))
        .ifPresent(
            status -> {
              if (status.idleBytes().orElse(0) < 0 || status.state().length() > 64) {
                throw new AssertionError(status.toString());
              }
            });
  }
}
