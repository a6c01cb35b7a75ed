package io.tributary.bench;

import io.tributary.content.Layout;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** SHA-256 by the JDK over one segment: what every byte of CESS costs anyway. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 700, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class Sha256Benchmark {
  /** Where the segment lies. */
  @Param({"HEAP", "DIRECT"})
  public Memory memory = Memory.HEAP;

  private ByteBuffer segment = ByteBuffer.allocate(0);
  private final MessageDigest sha256;

  /** Makes the benchmark; every JDK has SHA-256. */
  public Sha256Benchmark() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /** Makes a random segment. */
  @Setup
  public void fillSegment() {
    byte[] bytes = new byte[Layout.SEGMENT_BYTES];
    new SplittableRandom(1).nextBytes(bytes);
    segment = memory.allocate(bytes.length).put(bytes);
  }

  /** The digest of the segment. */
  @Benchmark
  public byte[] sha256() {
    sha256.update(segment.rewind());
    return sha256.digest();
  }
}
