package io.tributary.nodekit.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RangeDemandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes=0-0          | 0+1",
        "bytes=0-99         | 0+100",
        "bytes=990-         | 990+10",
        "bytes=-1           | 999+1",
        "bytes=-5000        | 0+1000",
        "bytes=500-5000     | 500+500",
        "BYTES=1-2          | 1+2",
        "bytes=0-9,20-29    | 0+10 20+10",
        "bytes= 0-9 ,, 5-14 | 0+15",
        "bytes=20-29,0-9,5-25 | 0+30",
        "bytes=0-9,10-19    | 0+10 10+10",
        "bytes=5-9,2000-    | 5+5",
        "bytes=0-99999999999999999999999 | 0+1000",
      })
  void range_thatHasBytes_isReadExactly(String header, String expected) {
    assertThat(told(RangeDemand.parse(header.strip(), 1000))).isEqualTo(expected.strip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=1000-", "bytes=1000-2000", "bytes=-0", "bytes=5000-,-0"})
  void range_withoutAnyByte_cannotBeSatisfied(String header) {
    assertThat(RangeDemand.parse(header, 1000)).isInstanceOf(RangeDemand.Unsatisfiable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=9-3",
        "bytes=a-b",
        "bytes=0-9,x",
        "bytes=+1-2",
        "bytes=0--1",
        "lines=0-9",
        "bytes 0-9/1000",
        "bytes=٣-٤",
      })
  void range_thatIsMalformed_isIgnored(String header) {
    assertThat(RangeDemand.parse(header, 1000)).isInstanceOf(RangeDemand.Whole.class);
  }

  @Test
  void ranges_beyondTheLimit_areIgnored() {
    String most = ranges(RangeDemand.MAX_RANGES);
    String more = ranges(RangeDemand.MAX_RANGES + 1);

    assertThat(RangeDemand.parse(most, 1000)).isInstanceOf(RangeDemand.Spans.class);
    assertThat(RangeDemand.parse(more, 1000)).isInstanceOf(RangeDemand.Whole.class);
  }

  @Test
  void ranges_inAnyOrder_coverWhatWasAskedOnce() {
    for (long seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int size = random.nextInt(1, 60);
      TreeSet<Integer> asked = new TreeSet<>();
      List<String> specs = new ArrayList<>();
      for (int i = random.nextInt(1, 8); i > 0; i--) {
        int first = random.nextInt(0, 70);
        int last = first + random.nextInt(0, 20);
        specs.add(first + "-" + last);
        IntStream.rangeClosed(first, Math.min(last, size - 1)).forEach(asked::add);
      }

      RangeDemand demand = RangeDemand.parse("bytes=" + String.join(",", specs), size);

      List<Integer> covered = new ArrayList<>();
      if (demand instanceof RangeDemand.Spans some) {
        some.spans()
            .forEach(s -> IntStream.range((int) s.first(), (int) s.end()).forEach(covered::add));
      }
      assertThat(covered.stream().sorted().toList())
          .as("seed %d: %s of %d", seed, specs, size)
          .isEqualTo(List.copyOf(asked));
    }
  }

  private static String ranges(int count) {
    return "bytes="
        + IntStream.range(0, count)
            .mapToObj(i -> (i * 3) + "-" + (i * 3))
            .collect(Collectors.joining(","));
  }

  private static String told(RangeDemand demand) {
    return demand instanceof RangeDemand.Spans some
        ? some.spans().stream()
            .map(s -> s.first() + "+" + s.lengthBytes())
            .collect(Collectors.joining(" "))
        : demand.toString();
  }
}
