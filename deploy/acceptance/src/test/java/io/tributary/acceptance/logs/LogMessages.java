package io.tributary.acceptance.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tributary.cacher.store.chronicle.Opening;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.credit.Verdict;
import io.tributary.libp2p.multiformats.PeerId;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** All that the rooms' log classes can say, found by letting them say it. */
final class LogMessages {
  private static final EvmAddress SOMEBODY = EvmAddress.of(new byte[EvmAddress.BYTES]);

  /** A value or more of each type that a log method takes. */
  private static final Map<Class<?>, List<Object>> SAMPLES = new HashMap<>();

  static {
    sample(String.class, "text");
    sample(Object.class, "text");
    sample(int.class, 0, 3);
    sample(long.class, 0L, 3L);
    sample(Path.class, Path.of("file"));
    sample(URI.class, URI.create("http://127.0.0.1"));
    sample(Duration.class, Duration.ofSeconds(3));
    sample(Throwable.class, new IOException("why"));
    sample(Exception.class, new IOException("why"));
    sample(IOException.class, new IOException("why"));
    sample(RuntimeException.class, new IllegalStateException("why"));
    sample(Fid.class, Fid.parse("0".repeat(64)));
    sample(FragmentHash.class, FragmentHash.ZERO);
    sample(Hash256.class, Hash256.ZERO);
    sample(LaneId.class, new LaneId(SOMEBODY, SOMEBODY, 0));
    sample(PeerId.class, PeerId.ofKey(new byte[36]));
    sample(Verdict.class, (Object[]) Verdict.values());
    sample(
        Opening.class,
        Stream.of(Opening.Kind.values()).map(kind -> new Opening(kind, 3, 0)).toArray());
  }

  /** One message as its room words it, {@code {}} for what it is about. */
  record Message(String logger, Level level, String wording) {}

  private LogMessages() {}

  private static void sample(Class<?> type, Object... values) {
    SAMPLES.put(type, List.of(values));
  }

  /** Returns what the classes say at INFO and above, in the order of logger, level and wording. */
  static Set<Message> of(List<Class<?>> logClasses) throws ReflectiveOperationException {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    root.addAppender(said);
    Map<Logger, Level> levels = new HashMap<>();
    for (Logger each : root.getLoggerContext().getLoggerList()) {
      if (each.getLevel() != null) {
        levels.put(each, each.getLevel());
        each.setLevel(Level.TRACE);
      }
    }
    try {
      for (Class<?> each : logClasses) {
        for (Method method : each.getDeclaredMethods()) {
          if (Modifier.isStatic(method.getModifiers())
              && !Modifier.isPrivate(method.getModifiers())
              && !method.isSynthetic()) {
            say(method);
          }
        }
      }
    } finally {
      root.detachAppender(said);
      levels.forEach(Logger::setLevel);
    }
    Set<Message> messages =
        new TreeSet<>(
            Comparator.comparing(Message::logger)
                .thenComparing(message -> -message.level().toInt())
                .thenComparing(Message::wording));
    for (ILoggingEvent event : said.list) {
      if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
        messages.add(new Message(event.getLoggerName(), event.getLevel(), event.getMessage()));
      }
    }
    return messages;
  }

  private static void say(Method method) throws ReflectiveOperationException {
    method.setAccessible(true);
    List<List<Object>> calls = new ArrayList<>();
    calls.add(List.of());
    for (Class<?> type : method.getParameterTypes()) {
      List<Object> samples = SAMPLES.getOrDefault(type, List.of());
      if (samples.isEmpty()) {
        throw new IllegalStateException(method + " takes a " + type + ": add a sample of it");
      }
      List<List<Object>> longer = new ArrayList<>();
      for (List<Object> call : calls) {
        for (Object value : samples) {
          longer.add(Stream.concat(call.stream(), Stream.of(value)).toList());
        }
      }
      calls = longer;
    }
    for (List<Object> call : calls) {
      try {
        method.invoke(null, call.toArray());
      } catch (InvocationTargetException e) {
        throw new IllegalStateException(method + " fails with " + call, e.getCause());
      }
    }
  }
}
