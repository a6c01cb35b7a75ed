package io.tributary.nodekit.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

final class RangeDemandFuzzTest {
  @FuzzTest
  void anyHeader_yieldsSpansWithinTheContentOrNone(FuzzedDataProvider data) {
    long size = data.consumeLong(0, Long.MAX_VALUE);
    RangeDemand demand = RangeDemand.parse(data.consumeRemainingAsString(), size);
    if (demand instanceof RangeDemand.Spans some) {
      assertThat(some.spans()).isNotEmpty().hasSizeLessThanOrEqualTo(RangeDemand.MAX_RANGES);
      for (ByteSpan span : some.spans()) {
        assertThat(span.lengthBytes()).isPositive();
        assertThat(span.end()).isLessThanOrEqualTo(size);
        assertThat(
                some.spans().stream().filter(o -> o.first() < span.end() && span.first() < o.end()))
            .hasSize(1);
      }
    }
  }
}
