package io.tributary.nodekit.http;

import io.netty.handler.codec.DateFormatter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;

/** The value of the Date header, made once a second. Thread-safe. */
final class DateField {
  private static final long SECOND_MILLIS = 1000;

  private final Clock clock;
  private volatile Made last = new Made(Long.MIN_VALUE, "");

  DateField(Clock clock) {
    this.clock = clock;
  }

  private static final class Made {
    private final long second;
    private final String text;
    private final byte[] ascii;

    Made(long second, String text) {
      this.second = second;
      this.text = text;
      this.ascii = text.getBytes(StandardCharsets.US_ASCII);
    }
  }

  String text() {
    return now().text;
  }

  void write(HeadWriter out) {
    out.ascii(now().ascii);
  }

  private Made now() {
    long millis = clock.millis();
    long second = Math.floorDiv(millis, SECOND_MILLIS);
    Made made = last;
    if (made.second != second) {
      made = new Made(second, DateFormatter.format(Date.from(Instant.ofEpochMilli(millis))));
      last = made;
    }
    return made;
  }
}
