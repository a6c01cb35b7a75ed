package io.tributary.retriever.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.content.MalformedIdException;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** The publisher by the rules of Reactive Streams, as their own TCK checks them. */
final class PiecePublisherTckTest {
  private static final int BUFFER_BYTES = 1024;
  private static final long SIGNAL_MILLIS = 20_000;
  private static final long SILENCE_MILLIS = 100;
  private static final ExecutorService WORKERS = Executors.newCachedThreadPool();
  private static final Fid ANY = anyFid();
  private static final List<SegmentHash> ZEROS =
      List.of(new SegmentHash(Sha256.of(new byte[Layout.SEGMENT_BYTES])));

  private static Fid anyFid() {
    try {
      return Fid.parse("ab".repeat(32));
    } catch (MalformedIdException e) {
      throw new AssertionError(e);
    }
  }

  /** A file of zeros. */
  private record Zeros(long bytes) implements FileSource {
    @Override
    public String name() {
      return "zeros";
    }

    @Override
    public RemoteFile describe(Fid fid, StopSignal stop) {
      return new RemoteFile(bytes, ZEROS);
    }

    @Override
    public Content open(Fid fid, ByteRange range, StopSignal stop) {
      return new Content() {
        private long left = range.length();

        @Override
        public int read(byte[] into, int offset, int length) {
          int bytes = (int) Math.min(length, left);
          Arrays.fill(into, offset, offset + bytes, (byte) 0);
          left -= bytes;
          return bytes == 0 ? -1 : bytes;
        }

        @Override
        public List<Ask> asks() {
          return List.of();
        }

        @Override
        public void close() {}
      };
    }
  }

  /** What the TCK asks for. */
  static final class Verification extends FlowPublisherVerification<ByteBuffer> {
    Verification() {
      super(new TestEnvironment(SIGNAL_MILLIS, SILENCE_MILLIS, SILENCE_MILLIS));
    }

    @Override
    public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
      // There is no empty file; an optional rule asks for one.
      TributaryClient client =
          new TributaryClient(List.of(new Zeros(Math.max(1, elements * BUFFER_BYTES))), WORKERS);
      return new PiecePublisher(() -> client.reading(ANY, Optional.empty()), BUFFER_BYTES);
    }

    /** None: a download fails when it is asked for something, and not before. */
    @Override
    @SuppressWarnings("NullAway") // as the TCK has it
    public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
      return null;
    }

    @Override
    public long maxElementsFromPublisher() {
      return Layout.SEGMENT_BYTES / BUFFER_BYTES;
    }
  }

  @AfterAll
  static void stop() {
    WORKERS.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> rules() {
    List<Method> rules =
        Arrays.stream(Verification.class.getMethods())
            .filter(each -> each.isAnnotationPresent(Test.class))
            .filter(each -> !each.getName().startsWith("untested_"))
            .toList();
    AtomicInteger kept = new AtomicInteger();
    return Stream.concat(
        rules.stream()
            .map(each -> DynamicTest.dynamicTest(each.getName(), () -> check(each, kept))),
        Stream.of(
            DynamicTest.dynamicTest(
                "mostRulesApply", () -> assertThat(kept.get()).isGreaterThanOrEqualTo(20))));
  }

  private static void check(Method rule, AtomicInteger kept) throws Throwable {
    Verification verification = new Verification();
    verification.setUp();
    try {
      rule.invoke(verification);
      kept.incrementAndGet();
    } catch (InvocationTargetException e) {
      // So the TCK says that a rule is about publishers without end, or that fail unasked.
      if (!(e.getCause() instanceof SkipException)) {
        throw e.getCause();
      }
    }
  }
}
