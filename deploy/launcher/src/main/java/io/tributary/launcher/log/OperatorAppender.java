package io.tributary.launcher.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.AppenderAttachable;
import ch.qos.logback.core.spi.AppenderAttachableImpl;
import io.tributary.nodekit.time.SteadyClock;
import java.util.Iterator;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What stands between a node's words and the operator's log.
 *
 * <ul>
 *   <li>A sentence that was just said is said again after a minute only, with how often it was held
 *       back meanwhile.
 *   <li>Of sentences of one kind, which differ in a name or number only, {@value #LINES_A_MINUTE}
 *       are let through in a minute.
 *   <li>A line has {@value #MAX_CHARS} characters at most, and control characters, which a peer may
 *       have sent, are written as escapes: one event stays one line.
 * </ul>
 *
 * Thread-safe, as logback's base class locks.
 */
public final class OperatorAppender extends AppenderBase<ILoggingEvent>
    implements AppenderAttachable<ILoggingEvent> {
  /** How many sentences of one kind are written in a minute. */
  public static final int LINES_A_MINUTE = 20;

  /** The longest line, without time, level and stack trace. */
  public static final int MAX_CHARS = 4096;

  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int KEY_CHARS = 512;

  private final AppenderAttachableImpl<ILoggingEvent> to = new AppenderAttachableImpl<>();
  private final SteadyClock clock;
  private final LineCap same = new LineCap(1, MINUTE_NANOS);
  private final LineCap alike = new LineCap(LINES_A_MINUTE, MINUTE_NANOS);

  /** As logback makes it. */
  public OperatorAppender() {
    this(System::nanoTime);
  }

  OperatorAppender(SteadyClock clock) {
    this.clock = clock;
  }

  @Override
  protected void append(ILoggingEvent event) {
    long now = clock.nanos();
    String sentence = event.getFormattedMessage() == null ? "" : event.getFormattedMessage();
    OptionalLong repeats = same.admit(key(event, sentence), now);
    if (repeats.isEmpty()) {
      return;
    }
    OptionalLong others = alike.admit(key(event, String.valueOf(event.getMessage())), now);
    if (others.isEmpty()) {
      return;
    }
    long heldBack = repeats.getAsLong() + others.getAsLong();
    String line = oneLine(sentence);
    if (heldBack > 0) {
      line += " (" + heldBack + " more like this were held back)";
    }
    to.appendLoopOnAppenders(line.equals(sentence) ? event : reworded(event, line));
  }

  private static String key(ILoggingEvent event, String words) {
    return event.getLoggerName()
        + event.getLevel()
        + (words.length() > KEY_CHARS ? words.substring(0, KEY_CHARS) : words);
  }

  private static String oneLine(String sentence) {
    StringBuilder line = new StringBuilder(Math.min(sentence.length(), MAX_CHARS) + 8);
    for (int i = 0; i < sentence.length(); i++) {
      char each = sentence.charAt(i);
      if (line.length() >= MAX_CHARS) {
        return line.append('…').toString();
      }
      if (each == '\n') {
        line.append("\\n");
      } else if (Character.isISOControl(each)) {
        line.append(String.format("\\u%04x", (int) each));
      } else {
        line.append(each);
      }
    }
    return line.toString();
  }

  private ILoggingEvent reworded(ILoggingEvent event, String line) {
    LoggingEvent other =
        new LoggingEvent(
            OperatorAppender.class.getName(),
            ((LoggerContext) getContext()).getLogger(event.getLoggerName()),
            event.getLevel(),
            line,
            thrown(event.getThrowableProxy()),
            null);
    other.setInstant(event.getInstant());
    other.setThreadName(event.getThreadName());
    return other;
  }

  private static @Nullable Throwable thrown(@Nullable IThrowableProxy proxy) {
    return proxy instanceof ThrowableProxy known ? known.getThrowable() : null;
  }

  @Override
  public void addAppender(Appender<ILoggingEvent> appender) {
    to.addAppender(appender);
  }

  @Override
  public Iterator<Appender<ILoggingEvent>> iteratorForAppenders() {
    return to.iteratorForAppenders();
  }

  @Override
  public Appender<ILoggingEvent> getAppender(String name) {
    return to.getAppender(name);
  }

  @Override
  public boolean isAttached(Appender<ILoggingEvent> appender) {
    return to.isAttached(appender);
  }

  @Override
  public void detachAndStopAllAppenders() {
    to.detachAndStopAllAppenders();
  }

  @Override
  public boolean detachAppender(Appender<ILoggingEvent> appender) {
    return to.detachAppender(appender);
  }

  @Override
  public boolean detachAppender(String name) {
    return to.detachAppender(name);
  }
}
