package io.tributary.bench;

import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.region.Region;
import io.tributary.region.placement.Placement;
import io.tributary.region.record.CacherOffer;
import io.tributary.region.record.CacherRecord;
import io.tributary.region.record.SignedRecord;
import io.tributary.region.record.Validity;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

/** How long it takes to compute the homes of a fragment, and the placement they come from. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HomesBenchmark {
  private static final Region EU = new Region("eu");
  private static final int FRAGMENTS = 1 << 12;

  /** Members of the region, of capacities between one and twenty tebibytes. */
  @Param({"5000"})
  public int members;

  /** How many homes are asked for. */
  @Param({"3", "12"})
  public int homes;

  private final List<SignedRecord> records = new ArrayList<>();
  private final FragmentHash[] fragments = new FragmentHash[FRAGMENTS];
  private Placement placement = Placement.of(EU, List.of(), record -> Long.MAX_VALUE);
  private int next;

  /** Makes the members and the fragments. */
  @Setup
  public void setUp() {
    SplittableRandom random = new SplittableRandom(1);
    EvmAddress payout = EvmAddress.of(new byte[EvmAddress.BYTES]);
    for (int i = 0; i < members; i++) {
      PrivateKey key =
          PrivateKey.ofEd25519Seed(ByteBuffer.allocate(32).putLong(random.nextLong()).array());
      String ip = "11." + (i >> 8 & 255) + "." + (i & 255) + ".1";
      records.add(
          SignedRecord.seal(
              new CacherRecord(
                  key.peerId(),
                  List.of(Multiaddr.parse("/ip4/" + ip + "/udp/4001/quic-v1")),
                  EU,
                  new CacherOffer(
                      (1 + random.nextLong(20)) << 40, PricePerGib.FREE, payout, List.of()),
                  1,
                  new Validity(Instant.EPOCH, Duration.ofHours(1)),
                  false),
              key));
    }
    for (int i = 0; i < FRAGMENTS; i++) {
      fragments[i] =
          new FragmentHash(
              new Digest(
                  random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
    }
    placement = computePlacement();
  }

  /** The homes of one fragment. */
  @Benchmark
  public List<SignedRecord> homes() {
    return placement.homes(fragments[next++ & (FRAGMENTS - 1)], homes);
  }

  /** The placement of the region, as after each change of its members, with the first homes. */
  @Benchmark
  public List<SignedRecord> placementAndFirstHomes() {
    return computePlacement().homes(fragments[0], homes);
  }

  private Placement computePlacement() {
    return Placement.of(EU, records, record -> Long.MAX_VALUE);
  }
}
