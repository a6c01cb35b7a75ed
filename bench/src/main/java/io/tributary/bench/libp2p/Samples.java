package io.tributary.bench.libp2p;

import io.tributary.bench.libp2p.Libp2pReport.Throughput;
import java.util.ArrayList;
import java.util.List;

/** What several short transfers of one kind came to. */
final class Samples {

  private static final double FRAME_BYTES = 64 << 10;
  private static final double GIBIBYTE = 1 << 30;
  private static final double MEBIBYTE = 1 << 20;

  private final List<Double> rates = new ArrayList<>();
  private double bytes;
  private double senderCpuNanos;
  private double receiverCpuNanos;
  private double senderHeapBytes;
  private double receiverHeapBytes;
  private int resets;

  void add(Usage sender, Usage receiver, int streamsReset) {
    rates.add(receiver.bytes() / MEBIBYTE / receiver.seconds());
    bytes += receiver.bytes();
    senderCpuNanos += sender.cpuNanos();
    receiverCpuNanos += receiver.cpuNanos();
    senderHeapBytes += sender.allocatedBytes();
    receiverHeapBytes += receiver.allocatedBytes();
    resets += streamsReset;
  }

  /** The median of the speeds; everything else is of all samples together. */
  Throughput summed(Row row, int streams) {
    List<Double> sorted = rates.stream().sorted().toList();
    double gibibytes = bytes / GIBIBYTE;
    double frames = bytes / FRAME_BYTES;
    return new Throughput(
        row.label(),
        streams,
        sorted.get(sorted.size() / 2),
        senderCpuNanos / 1e9 / gibibytes,
        receiverCpuNanos / 1e9 / gibibytes,
        senderHeapBytes / frames,
        receiverHeapBytes / frames,
        resets);
  }
}
