package io.tributary.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmenterTest {
  private static final int SEGMENT = Layout.SEGMENT_BYTES;
  private static final int FRAGMENT = Layout.FRAGMENT_BYTES;
  private static final OptionalLong UNKNOWN = OptionalLong.empty();

  /** As good as any for what is not about parity: column 4 + i repeats column i mod 4. */
  private static final ParityEncoder REPEAT =
      (data, parity) -> {
        for (int i = 0; i < parity.length; i++) {
          parity[i].put(data[i % data.length].duplicate());
        }
      };

  // Most tests share one, which also shows that it is ready again after any of them.
  private static final ExecutorService POOL = Executors.newFixedThreadPool(1);
  private static final Segmenter SEGMENTER = new Segmenter(REPEAT, POOL, 1);

  @AfterAll
  static void stopPool() {
    POOL.shutdown();
  }

  private static byte[] segment(int number, int length) {
    return Xorshift.bytes(number + 1, length);
  }

  private static Manifest naive(byte[] file, ParityEncoder encoder) {
    List<Manifest.Segment> segments = new ArrayList<>();
    for (int start = 0; start < file.length; start += SEGMENT) {
      byte[] padded = Arrays.copyOfRange(file, start, start + SEGMENT);
      ByteBuffer[] columns = new ByteBuffer[Layout.COLUMNS];
      for (int i = 0; i < columns.length; i++) {
        columns[i] =
            i < 4 ? ByteBuffer.wrap(padded, i * FRAGMENT, FRAGMENT) : ByteBuffer.allocate(FRAGMENT);
      }
      encoder.encode(
          new ByteBuffer[] {
            columns[0].slice(), columns[1].slice(), columns[2].slice(), columns[3].slice()
          },
          Arrays.copyOfRange(columns, 4, 12));
      List<FragmentHash> fragments = new ArrayList<>();
      for (int i = 0; i < columns.length; i++) {
        fragments.add(new FragmentHash(Sha256.of(i < 4 ? columns[i] : columns[i].flip())));
      }
      segments.add(new Manifest.Segment(new SegmentHash(Sha256.of(padded)), fragments));
    }
    return Manifest.of(FidRule.MERKLE, file.length, segments);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        1,
        FRAGMENT - 1,
        FRAGMENT,
        FRAGMENT + 1,
        SEGMENT - 1,
        SEGMENT,
        SEGMENT + 1,
        2 * SEGMENT
      })
  void file_isCutHashedAndNamedAsByTheDefinition(int length) throws IOException {
    byte[] file = segment(length, length);
    Manifest expected = naive(file, REPEAT);
    assertThat(SEGMENTER.segment(new ByteArrayInputStream(file), UNKNOWN, SegmentSink.NONE))
        .isEqualTo(expected);
    assertThat(
            SEGMENTER.segment(
                Channels.newChannel(new ByteArrayInputStream(file)),
                OptionalLong.of(length),
                SegmentSink.NONE))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void source_thatGivesAFewBytesAtATime_makesNoDifference(long seed) throws IOException {
    byte[] file = segment(7, SEGMENT + 100);
    ReadableByteChannel slow =
        new Dribble(
            Channels.newChannel(new ByteArrayInputStream(file)),
            new SplittableRandom(seed),
            50_000);
    assertThat(SEGMENTER.segment(slow, UNKNOWN, SegmentSink.NONE))
        .as("seed %d", seed)
        .isEqualTo(naive(file, REPEAT));
  }

  @Test
  void shortSegmentAfterAFullOne_isPaddedWithZerosNotWithTheOneBefore() throws IOException {
    byte[] file = segment(3, SEGMENT + 5);
    List<byte[]> seen = new ArrayList<>();
    SEGMENTER.segment(
        new ByteArrayInputStream(file),
        UNKNOWN,
        lent -> {
          byte[] copy = new byte[FRAGMENT];
          lent.fragment(0).get(copy);
          seen.add(copy);
          assertThat(lent.contentBytes()).isEqualTo(lent.index() == 0 ? SEGMENT : 5);
        });
    assertThat(seen.get(0)).isEqualTo(Arrays.copyOf(file, FRAGMENT));
    assertThat(seen.get(1))
        .isEqualTo(Arrays.copyOf(Arrays.copyOfRange(file, SEGMENT, SEGMENT + 5), FRAGMENT));
  }

  @Test
  void zerosAfterOtherBytes_haveZeroFragmentsInAllColumns() throws IOException {
    InputStream file =
        new SequenceInputStream(
            new ByteArrayInputStream(segment(1, SEGMENT)),
            new ByteArrayInputStream(new byte[SEGMENT + 3]));
    List<Boolean> zero = new ArrayList<>();
    Manifest manifest =
        SEGMENTER.segment(
            file,
            UNKNOWN,
            lent -> {
              for (int column = 0; column < Layout.COLUMNS; column++) {
                assertThat(new FragmentHash(Sha256.of(lent.fragment(column))))
                    .isEqualTo(lent.hashes().fragment(column));
              }
              zero.add(lent.hashes().fragments().stream().allMatch(FragmentHash::isZero));
            });
    assertThat(zero).containsExactly(false, true, true);
    assertThat(manifest.segments().get(1).hash()).isEqualTo(SegmentHash.ZERO);
    assertThat(manifest.segments().get(2)).isEqualTo(manifest.segments().get(1));
  }

  @Test
  void identicalSegments_areBothListed() throws IOException {
    byte[] segment = segment(1, SEGMENT);
    InputStream file =
        new SequenceInputStream(
            new ByteArrayInputStream(segment), new ByteArrayInputStream(segment));
    List<Integer> indexes = new ArrayList<>();
    Manifest manifest = SEGMENTER.segment(file, UNKNOWN, lent -> indexes.add(lent.index()));
    assertThat(indexes).containsExactly(0, 1);
    assertThat(manifest.segments().get(0)).isEqualTo(manifest.segments().get(1));
  }

  @Test
  void almostZeroColumn_isHashed() throws IOException {
    for (int place : new int[] {0, 1, FRAGMENT - 1}) {
      byte[] file = new byte[FRAGMENT];
      file[place] = 1;
      Manifest manifest =
          SEGMENTER.segment(new ByteArrayInputStream(file), UNKNOWN, SegmentSink.NONE);
      assertThat(manifest.fragment(0, 0))
          .as("byte %d", place)
          .isEqualTo(new FragmentHash(Sha256.of(file)));
      assertThat(manifest.fragment(0, 1)).isEqualTo(FragmentHash.ZERO);
    }
  }

  @Test
  void columnOfOneRepeatedByte_isNotTakenForZero() throws IOException {
    byte[] file = new byte[FRAGMENT];
    Arrays.fill(file, (byte) 7);
    assertThat(
            SEGMENTER
                .segment(new ByteArrayInputStream(file), UNKNOWN, SegmentSink.NONE)
                .fragment(0, 0))
        .isEqualTo(new FragmentHash(Sha256.of(file)));
  }

  @Test
  void lentBytes_areReadOnlyAndForbiddenAfterwards() throws IOException {
    List<EncodedSegment> kept = new ArrayList<>();
    SEGMENTER.segment(
        new ByteArrayInputStream(new byte[] {1}),
        UNKNOWN,
        lent -> {
          assertThat(lent.fragment(0).isReadOnly()).isTrue();
          assertThat(lent.fragment(11).remaining()).isEqualTo(FRAGMENT);
          kept.add(lent);
        });
    assertThatIllegalStateException().isThrownBy(() -> kept.get(0).fragment(0));
  }

  @Test
  void emptyStream_isRefused() {
    InputStream empty = InputStream.nullInputStream();
    assertRefused(SegmentingException.Reason.EMPTY, empty, UNKNOWN);
    assertRefused(SegmentingException.Reason.EMPTY, empty, OptionalLong.of(0));
  }

  @Test
  void streamThatIsNotOfTheStatedSize_isRefused() {
    byte[] file = segment(1, SEGMENT);
    assertRefused(
        SegmentingException.Reason.SHORTER_THAN_STATED,
        new ByteArrayInputStream(file),
        OptionalLong.of(SEGMENT + 1L));
    assertRefused(
        SegmentingException.Reason.LONGER_THAN_STATED,
        new ByteArrayInputStream(file),
        OptionalLong.of(SEGMENT - 1L));
  }

  @Test
  void statedSizeThatIsTooLarge_isRefusedBeforeAnythingIsRead() {
    ByteArrayInputStream file = new ByteArrayInputStream(new byte[] {1});
    assertRefused(
        SegmentingException.Reason.TOO_LARGE, file, OptionalLong.of(Layout.MAX_FILE_BYTES + 1));
    assertThat(file.available()).isEqualTo(1);
  }

  private static void assertRefused(
      SegmentingException.Reason reason, InputStream in, OptionalLong sizeBytes) {
    assertThatExceptionOfType(SegmentingException.class)
        .isThrownBy(() -> SEGMENTER.segment(in, sizeBytes, SegmentSink.NONE))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
        .withMessageStartingWith(reason.name());
  }

  @Test
  void streamOf1000SegmentsAndAByte_isRefusedAfter1000() {
    // The segmenter's memory starts as zeros, so this source of zeros need not write any.
    ReadableByteChannel zeros = new Zeros(Layout.MAX_FILE_BYTES + 1);
    List<Integer> indexes = new ArrayList<>();
    assertThatExceptionOfType(SegmentingException.class)
        .isThrownBy(
            () -> new Segmenter(REPEAT).segment(zeros, UNKNOWN, lent -> indexes.add(lent.index())))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(SegmentingException.Reason.TOO_LARGE));
    assertThat(indexes).hasSize(1000).last().isEqualTo(999);
  }

  private static final class Zeros implements ReadableByteChannel {
    private long left;

    Zeros(long length) {
      left = length;
    }

    @Override
    public int read(ByteBuffer target) {
      int length = (int) Math.min(left, target.remaining());
      target.position(target.position() + length);
      left -= length;
      return length == 0 ? -1 : length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void longStream_allocatesNothingButItsHashes() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Segmenter segmenter = new Segmenter(REPEAT);
    byte[] segment = segment(1, SEGMENT);
    InputStream file =
        new SequenceInputStream(
            new ByteArrayInputStream(segment),
            new SequenceInputStream(
                new ByteArrayInputStream(segment), new ByteArrayInputStream(segment)));
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    segmenter.segment(file, UNKNOWN, SegmentSink.NONE);
    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(1 << 20);
  }

  @Test
  void nonBlockingSource_isRefused() {
    ReadableByteChannel idle =
        new ReadableByteChannel() {
          @Override
          public int read(ByteBuffer target) {
            return 0;
          }

          @Override
          public boolean isOpen() {
            return true;
          }

          @Override
          public void close() {}
        };
    assertThatExceptionOfType(IllegalBlockingModeException.class)
        .isThrownBy(() -> SEGMENTER.segment(idle, UNKNOWN, SegmentSink.NONE));
  }

  @Test
  void sinkThatGivesUp_stopsTheReading() {
    ByteArrayInputStream file = new ByteArrayInputStream(segment(1, SEGMENT + 1));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                SEGMENTER.segment(
                    file,
                    UNKNOWN,
                    lent -> {
                      throw new IOException("no miner");
                    }))
        .withMessage("no miner");
    assertThat(file.available()).isEqualTo(1);
  }

  @Test
  void encoderThatFails_isReportedAndTheSegmenterGoesOnAfterwards() throws IOException {
    boolean[] broken = {true};
    Segmenter segmenter =
        new Segmenter(
            (data, parity) -> {
              if (broken[0]) {
                throw new ArithmeticException("broken");
              }
              REPEAT.encode(data, parity);
            });
    byte[] file = segment(1, 100);
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(
            () -> segmenter.segment(new ByteArrayInputStream(file), UNKNOWN, SegmentSink.NONE));
    broken[0] = false;
    assertThat(segmenter.segment(new ByteArrayInputStream(file), UNKNOWN, SegmentSink.NONE))
        .isEqualTo(naive(file, REPEAT));
  }
}
