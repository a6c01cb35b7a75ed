package io.tributary.bench.retriever;

import io.netty.buffer.ByteBuf;
import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.content.erasure.Columns;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.client.Fetch;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.Provider;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.retriever.engine.EngineStatus;
import io.tributary.retriever.engine.FileView;
import io.tributary.retriever.engine.RacingEngine;
import io.tributary.retriever.engine.ReadOptions;
import io.tributary.retriever.engine.VerifiedBytes;
import io.tributary.retriever.engine.VerifiedStream;
import io.tributary.retriever.engine.chunk.ChunkTree;
import io.tributary.retriever.engine.trace.Trace;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/**
 * What is measured inside of the retriever's JVM, without HTTP.
 *
 * <pre>
 * cpu                the processor time so far
 * heap               the heap after a collection
 * fetches            how many are under way for cold files
 * streams            how many are under way of hot and cold files
 * sleep MILLIS       nothing
 * sha MILLIS         SHA-256 of the file's fragments
 * tree MILLIS        their chunk trees
 * decode MILLIS      four data columns of four others
 * fetch MILLIS       fragments from cachers, unverified
 * read MILLIS        the file from cachers through the engine
 * first COUNT        times to the first piece of a fragment, beside those of fetching one alone
 * segments COUNT     times of whole segments of which all columns are to be had
 * </pre>
 */
final class Work {
  private static final Duration IDLE_WITHIN = Duration.ofSeconds(30);
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final double MICROS = 1e3;

  private final BenchedFile file;
  private final FileView view;
  private final RacingEngine hot;
  private final RacingEngine cold;
  private final FragmentClient client;
  private final List<Provider> cachers;
  private int nextFragment;

  /**
   * The work on a file.
   *
   * @param hot has it in its cache
   * @param cold has none
   * @param client fetches from the cachers without an engine
   */
  Work(
      BenchedFile file,
      RacingEngine hot,
      RacingEngine cold,
      FragmentClient client,
      List<Multiaddr> cachers) {
    this.file = file;
    this.view = FileView.of(file.record());
    this.hot = hot;
    this.cold = cold;
    this.client = client;
    this.cachers =
        cachers.stream()
            .map(
                each ->
                    new Provider(
                        each.peerId().orElseThrow(),
                        List.of(each.withoutPeerId()),
                        Optional.empty()))
            .toList();
  }

  Map<String, ?> carryOut(String command, String... arguments) throws Exception {
    long number = arguments.length > 0 ? Long.parseLong(arguments[0]) : 0;
    return switch (command) {
      case "cpu" -> Map.of("seconds", cpuNanos() / 1e9);
      case "heap" -> heap();
      case "fetches" -> Map.of("count", cold.status().fetches());
      case "streams" -> Map.of("hot", hot.status().streams(), "cold", cold.status().streams());
      case "sleep" -> {
        Thread.sleep(number);
        yield Map.of();
      }
      case "sha" -> during(number, this::hashOne);
      case "tree" -> during(number, this::treeOfOne);
      case "decode" -> during(number, this::decodeOne);
      case "fetch" -> during(number, () -> fetchSome(Layout.FRAGMENT_BYTES - 4096));
      case "read" -> during(number, this::readAll);
      case "first" -> first((int) number);
      case "segments" -> segments((int) number);
      default -> throw new IllegalArgumentException("no command " + command);
    };
  }

  private static Map<String, ?> heap() {
    System.gc();
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return Map.of(
        "usedBytes",
        heap.getUsed(),
        "committedBytes",
        heap.getCommitted(),
        "directBytes",
        direct + io.netty.util.internal.PlatformDependent.usedDirectMemory());
  }

  /** Does something that says how many bytes it was, again and again. */
  private static Map<String, ?> during(long millis, Callable<Long> one) throws Exception {
    long cpu = cpuNanos();
    long began = System.nanoTime();
    long end = began + millis * 1_000_000;
    long bytes = 0;
    do {
      bytes += one.call();
    } while (System.nanoTime() < end);
    double seconds = (System.nanoTime() - began) / 1e9;
    return Map.of(
        "gigabytesPerSecond",
        bytes / seconds / 1e9,
        "cpuSecondsPerGib",
        (cpuNanos() - cpu) / 1e9 / bytes * (1L << 30));
  }

  static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }

  /** The next data fragment, round and round. */
  private FragmentName next() {
    int number = nextFragment++ % (BenchedFile.SEGMENTS * Layout.DATA_COLUMNS);
    return name(number / Layout.DATA_COLUMNS, number % Layout.DATA_COLUMNS);
  }

  private FragmentName name(int segment, int column) {
    return new FragmentName(
        file.record().manifest().fid(), segment, column, file.hash(segment, column));
  }

  private long hashOne() {
    FragmentName name = next();
    if (!Sha256.of(file.fragment(name.segment(), name.column())).equals(name.hash().digest())) {
      throw new IllegalStateException("the file has changed");
    }
    return Layout.FRAGMENT_BYTES;
  }

  private long treeOfOne() {
    FragmentName name = next();
    ByteBuffer fragment = file.fragment(name.segment(), name.column());
    if (!ChunkTree.of(fragment).matches(0, fragment.slice(0, ChunkTree.CHUNK_BYTES))) {
      throw new IllegalStateException("a tree does not match its fragment");
    }
    return Layout.FRAGMENT_BYTES;
  }

  private long decodeOne() {
    ByteBuffer[] columns = new ByteBuffer[Layout.COLUMNS];
    Arrays.fill(columns, ErasureCode.ABSENT);
    int present = 0;
    int missing = 0;
    for (int column = 0; column < Layout.DATA_COLUMNS; column++) {
      int parity = column + Layout.DATA_COLUMNS;
      columns[column] = ByteBuffer.allocateDirect(Layout.FRAGMENT_BYTES);
      columns[parity] = file.fragment(0, parity);
      missing |= 1 << column;
      present |= 1 << parity;
    }
    ErasureCode.best().reconstruct(columns, new Columns(present), new Columns(missing));
    return Layout.SEGMENT_BYTES;
  }

  private long fetchSome(int bytes) throws Exception {
    FragmentName name = next();
    Fetch fetch =
        client.fetch(
            cachers.get(name.column()),
            FetchRequest.range(name, new ByteRange(0, bytes), PricePerGib.FREE, DEADLINE),
            ByteBuf::release);
    fetch.request(Fetch.UNBOUNDED);
    fetch.result().get();
    return bytes;
  }

  private long readAll() throws Exception {
    return read(ByteRange.whole(view.storedBytes()));
  }

  /** Reads a range to its end. */
  private long read(ByteRange range) throws Exception {
    VerifiedStream stream = cold.read(view, range, ReadOptions.defaults());
    long bytes = 0;
    while (true) {
      Optional<VerifiedBytes> piece = piece(stream);
      if (piece.isEmpty()) {
        return bytes;
      }
      try (VerifiedBytes here = piece.get()) {
        bytes += here.length();
      }
    }
  }

  /** The next piece; a failure tells who was asked, and what came of it. */
  private Optional<VerifiedBytes> piece(VerifiedStream stream) throws Exception {
    try {
      return stream.next().get();
    } catch (ExecutionException e) {
      throw new IOException("asked: " + cold.trace(stream.traceId()).map(Trace::asks), e);
    }
  }

  private Map<String, ?> first(int count) throws Exception {
    double[] alone = new double[count];
    double[] engineFirst = new double[count];
    for (int i = 0; i < count; i++) {
      long began = System.nanoTime();
      fetchSome(Layout.FRAGMENT_BYTES);
      alone[i] = (System.nanoTime() - began) / MICROS;
      FragmentName name = next();
      long offset =
          Layout.segmentOffset(name.segment()) + (long) name.column() * Layout.FRAGMENT_BYTES;
      began = System.nanoTime();
      VerifiedStream stream =
          cold.read(view, new ByteRange(offset, Layout.FRAGMENT_BYTES), ReadOptions.defaults());
      stream.next().get().ifPresent(VerifiedBytes::close);
      engineFirst[i] = (System.nanoTime() - began) / MICROS;
      stream.cancel();
      awaitIdle();
    }
    return Map.of(
        "fragmentP50",
        at(alone, 0.5),
        "fragmentP99",
        at(alone, 0.99),
        "firstP50",
        at(engineFirst, 0.5),
        "firstP99",
        at(engineFirst, 0.99));
  }

  private void awaitIdle() throws InterruptedException {
    long deadline = System.nanoTime() + IDLE_WITHIN.toNanos();
    while (cold.status().races() > 0) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("reads that were cancelled go on for " + IDLE_WITHIN);
      }
      Thread.sleep(1);
    }
  }

  private Map<String, ?> segments(int count) throws Exception {
    double[] times = new double[count];
    EngineStatus before = cold.status();
    long began = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long asked = System.nanoTime();
      read(new ByteRange(Layout.segmentOffset(i % BenchedFile.CODED), Layout.SEGMENT_BYTES));
      times[i] = (System.nanoTime() - asked) / MICROS;
    }
    EngineStatus after = cold.status();
    Map<String, Object> figures = new HashMap<>();
    figures.put("p50", at(times, 0.5));
    figures.put("p99", at(times, 0.99));
    figures.put("p100", at(times, 1));
    figures.put(
        "gigabytesPerSecond", (double) count * Layout.SEGMENT_BYTES / (System.nanoTime() - began));
    figures.put(
        "extraShare",
        (double) (after.extraBytes() - before.extraBytes())
            / Math.max(1, after.usefulBytes() - before.usefulBytes()));
    return figures;
  }

  private static double at(double[] times, double share) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.max(0, Math.ceil(share * sorted.length) - 1)];
  }
}
