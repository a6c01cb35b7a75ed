package io.tributary.launcher.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator gets to read of what a node says. */
final class OperatorAppenderTest {
  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private final Logger log = context.getLogger("cacher.node");
  private long nowNanos = 5;

  @BeforeEach
  void start() {
    OperatorAppender appender = new OperatorAppender(() -> nowNanos);
    appender.setContext(context);
    written.setContext(context);
    written.start();
    appender.addAppender(written);
    appender.start();
    log.setLevel(Level.INFO);
    log.addAppender(appender);
  }

  private List<String> lines() {
    return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void pass(Duration time) {
    nowNanos += time.toNanos();
  }

  @Test
  void repeatedSentence_isSaidOnceAMinute_withHowOftenItWasHeldBack() {
    for (int i = 0; i < 5; i++) {
      log.warn("{} does not answer", "chain");
    }
    log.warn("{} does not answer", "contract");
    pass(Duration.ofSeconds(61));
    log.warn("{} does not answer", "chain");
    pass(Duration.ofSeconds(61));
    log.warn("{} does not answer", "chain");

    assertThat(lines())
        .containsExactly(
            "chain does not answer",
            "contract does not answer",
            "chain does not answer (4 more like this were held back)",
            "chain does not answer");
  }

  @Test
  void sentencesOfOneKind_haveALimitAMinute() {
    for (int i = 0; i < OperatorAppender.LINES_A_MINUTE + 7; i++) {
      log.warn("peer {} is gone", i);
    }
    pass(Duration.ofSeconds(61));
    log.warn("peer {} is gone", "last");

    assertThat(lines())
        .hasSize(OperatorAppender.LINES_A_MINUTE + 1)
        .last()
        .isEqualTo("peer last is gone (7 more like this were held back)");
  }

  @Test
  void whatAPeerWrote_cannotMakeLinesOfItsOwn() {
    log.warn("peer says {}", "hello\n2026-01-01 ERROR all is lost\u001b[2J");
    log.warn("peer says {}", "x".repeat(10_000));

    assertThat(lines().get(0))
        .isEqualTo("peer says hello\\n2026-01-01 ERROR all is lost\\u001b[2J");
    assertThat(lines().get(1)).hasSizeLessThan(OperatorAppender.MAX_CHARS + 10).endsWith("…");
  }

  @Test
  void rewordedEvent_keepsLevelLoggerAndCause() {
    IllegalStateException cause = new IllegalStateException("why");
    log.error("two\nlines", cause);

    assertThat(written.list.get(0).getLevel()).isEqualTo(Level.ERROR);
    assertThat(written.list.get(0).getLoggerName()).isEqualTo("cacher.node");
    assertThat(written.list.get(0).getThrowableProxy().getMessage()).isEqualTo("why");
  }

  @Test
  void forgottenKinds_areLetThrough_andMemoryIsBounded() {
    LineCap cap = new LineCap(1, 1000);
    for (int i = 0; i < 3 * LineCap.MAX_KINDS; i++) {
      assertThat(cap.admit("kind " + i, 0)).hasValue(0);
    }
    assertThat(cap.admit("kind 0", 0)).hasValue(0);
    assertThat(cap.admit("kind 0", 0)).isEmpty();
    assertThat(cap.admit("kind 0", 1000)).hasValue(1);
  }
}
