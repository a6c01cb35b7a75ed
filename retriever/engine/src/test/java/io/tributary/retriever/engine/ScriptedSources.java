package io.tributary.retriever.engine;

import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.fetch.Source;
import io.tributary.fetch.SourceKind;
import io.tributary.retriever.engine.source.FragmentOffer;
import io.tributary.retriever.engine.source.FragmentProvider;
import io.tributary.retriever.engine.source.FragmentWanted;
import io.tributary.retriever.engine.source.SourceException;
import io.tributary.retriever.engine.source.SourceException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Sources that hold a file's fragments and do with each question what the test says. */
final class ScriptedSources implements FragmentProvider {
  private static final int MIB = 1 << 20;

  /** What a source does when it is asked. */
  enum Does {
    /** Sends right bytes at once. */
    SEND,
    /** Sends verified bytes at a pace, by the test's clock; see {@link ScriptedSources#paced}. */
    PACED,
    /** Sends right bytes when the test says so. */
    HOLD,
    /** Says that it fetches the fragment itself first, and sends it when the test says so. */
    FILL,
    /** Sends a megabyte and then nothing more. */
    STALL_AFTER_ONE_MIB,
    /** Sends as many bytes, the last of which is wrong. */
    LIE,
    /** Sends the bytes of another column. */
    SEND_OTHER,
    /** Sends one byte too many. */
    SEND_TOO_MUCH,
    /** Breaks off in the middle and says that all is well. */
    SEND_HALF,
    /** Breaks off in the middle. */
    FAIL,
    /** Does not have it. */
    MISS,
    /** Has no time, the first time. */
    BUSY_ONCE
  }

  /** One question. */
  final class Question implements FragmentOffer.Fetching {
    final int segment;
    final int column;
    final ByteRange range;
    final String source;
    private final String script;
    private final FragmentOffer.Sink sink;
    private final CompletableFuture<FragmentOffer.Fetched> result = new CompletableFuture<>();
    private final AtomicBoolean isReleased = new AtomicBoolean();
    private volatile boolean isCancelled;
    private volatile boolean isFilling;
    private volatile boolean isVerified;

    Question(
        int segment,
        int column,
        ByteRange range,
        String source,
        String script,
        FragmentOffer.Sink sink) {
      this.segment = segment;
      this.column = column;
      this.range = range;
      this.source = source;
      this.script = script;
      this.sink = sink;
    }

    /** Whether it has said that it fills itself. */
    boolean isFilling() {
      return isFilling;
    }

    boolean isCancelled() {
      return isCancelled;
    }

    boolean isOpen() {
      return !result.isDone();
    }

    /** Sends what is right and ends, once. */
    void release() {
      if (!isReleased.compareAndSet(false, true)) {
        return;
      }
      executor.execute(() -> send(bytes(), 0, (int) range.length(), true));
    }

    private byte[] bytes() {
      return file.fragment(segment, column);
    }

    private void send(byte[] from, int first, int count, boolean isEnd) {
      for (int at = first; at < first + count && !isCancelled; at += 64 << 10) {
        int length = Math.min(64 << 10, first + count - at);
        sentBytes.addAndGet(length);
        sink.onBytes(ByteBuffer.wrap(from, (int) range.offset() + at, length).slice());
      }
      if (isEnd) {
        result.complete(() -> isVerified);
      }
    }

    private void fail(Kind kind) {
      result.completeExceptionally(new SourceException(kind, kind.name()));
    }

    @Override
    public void cancel() {
      isCancelled = true;
      fail(Kind.CANCELLED);
    }

    @Override
    public CompletableFuture<FragmentOffer.Fetched> result() {
      return result;
    }
  }

  /**
   * How quick an answer is.
   *
   * @param firstByte until its first byte
   * @param eachMib for each megabyte from there on
   */
  record Pace(Duration firstByte, Duration eachMib) {}

  private final TestFile file;
  private final Executor executor;
  private final SourceKind kind;
  private final int twins;
  private final boolean givesRanges;
  private volatile Optional<String> lone = Optional.empty();
  private volatile Optional<ManualTime> clock = Optional.empty();
  private volatile Supplier<Pace> paces = () -> new Pace(Duration.ZERO, Duration.ZERO);
  private final Map<String, Does> scripts = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  final List<Question> questions = new CopyOnWriteArrayList<>();
  final AtomicLong sentBytes = new AtomicLong();

  /**
   * Sources of all columns.
   *
   * @param twins how many there are of each column, named {@code c-t}
   */
  ScriptedSources(
      TestFile file, Executor executor, SourceKind kind, int twins, boolean givesRanges) {
    this.file = file;
    this.executor = executor;
    this.kind = kind;
    this.twins = twins;
    this.givesRanges = givesRanges;
  }

  /** Has all of them be one and the same source, which holds everything. */
  ScriptedSources asOne(String name) {
    lone = Optional.of(name);
    return this;
  }

  /** Has all twins of columns do something. */
  ScriptedSources does(Does what, int... columns) {
    for (int column : columns) {
      for (int twin = 0; twin < twins; twin++) {
        scripts.put(column + "-" + twin, what);
      }
    }
    return this;
  }

  /** Has all of them answer at the pace they are given, each question at the next. */
  ScriptedSources paced(ManualTime onClock, Supplier<Pace> givenPaces) {
    clock = Optional.of(onClock);
    paces = givenPaces;
    for (int column = 0; column < Layout.COLUMNS; column++) {
      does(Does.PACED, column);
    }
    return this;
  }

  private void sendPaced(Question question, Pace pace) {
    // By the way they come, so that a test of many reads does not take its time to hash.
    question.isVerified = true;
    int length = (int) question.range.length();
    Duration after = pace.firstByte();
    for (int at = 0; at < length; at += MIB) {
      int first = at;
      int count = Math.min(MIB, length - at);
      after = after.plus(pace.eachMib());
      var unused =
          clock
              .orElseThrow()
              .schedule(
                  () ->
                      executor.execute(
                          () ->
                              question.send(
                                  question.bytes(), first, count, first + count == length)),
                  after.toNanos(),
                  TimeUnit.NANOSECONDS);
    }
  }

  /** Has one source do something. */
  ScriptedSources does(Does what, String source) {
    scripts.put(source, what);
    return this;
  }

  /** The questions that are held and not cancelled. */
  List<Question> held() {
    return questions.stream().filter(Question::isOpen).toList();
  }

  List<Integer> askedColumns() {
    return questions.stream().map(question -> question.column).sorted().toList();
  }

  @Override
  public Search locate(FragmentWanted wanted, int atOnce, Listener listener) {
    for (int twin = 0; twin < twins; twin++) {
      String script = wanted.column() + "-" + twin;
      String name = lone.orElse(script);
      listener.onOffer(
          new FragmentOffer() {
            @Override
            public Source source() {
              return new Source(kind, name);
            }

            @Override
            public boolean givesRanges() {
              return givesRanges;
            }

            @Override
            public Fetching fetch(ByteRange range, Duration deadline, Sink sink) {
              return ask(
                  new Question(wanted.segment(), wanted.column(), range, name, script, sink));
            }
          });
    }
    listener.onDone();
    return () -> {};
  }

  private FragmentOffer.Fetching ask(Question question) {
    questions.add(question);
    Does script = scripts.getOrDefault(question.script, Does.SEND);
    int length = (int) question.range.length();
    boolean isFirst =
        asked.computeIfAbsent(question.script, name -> new AtomicInteger()).getAndIncrement() == 0;
    Pace pace = paces.get();
    executor.execute(
        () -> {
          switch (script) {
            case SEND -> question.send(question.bytes(), 0, length, true);
            case PACED -> sendPaced(question, pace);
            case HOLD -> {}
            case FILL -> {
              question.sink.onFilling();
              question.isFilling = true;
            }
            case STALL_AFTER_ONE_MIB -> question.send(question.bytes(), 0, 1 << 20, false);
            case LIE -> {
              byte[] wrong = question.bytes().clone();
              wrong[(int) question.range.end() - 1] ^= 1;
              question.send(wrong, 0, length, true);
            }
            case SEND_OTHER ->
                question.send(
                    file.fragment(question.segment, (question.column + 5) % 12), 0, length, true);
            case SEND_TOO_MUCH -> {
              question.send(question.bytes(), 0, length, false);
              question.sink.onBytes(ByteBuffer.allocate(1));
              question.result.complete(() -> true);
            }
            case SEND_HALF -> question.send(question.bytes(), 0, length / 2, true);
            case FAIL -> {
              question.send(question.bytes(), 0, length / 2, false);
              question.fail(Kind.FAILED);
            }
            case MISS -> question.fail(Kind.MISSING);
            case BUSY_ONCE -> {
              if (isFirst) {
                question.fail(Kind.BUSY);
              } else {
                question.send(question.bytes(), 0, length, true);
              }
            }
          }
        });
    return question;
  }

  /** Lets held questions go in some order. */
  void releaseAll(List<Question> inThisOrder) {
    new ArrayList<>(inThisOrder).forEach(Question::release);
  }
}
