package io.tributary.origin.chain;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.FileRecord.Owner;
import io.tributary.content.FileState;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.Placement;
import io.tributary.content.SegmentHash;
import io.tributary.origin.chain.storage.RecordLimits;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Chain records of all shapes, drawn from a seed. */
public final class RandomRecords {
  private final SplittableRandom random;

  public RandomRecords(long seed) {
    random = new SplittableRandom(seed);
  }

  public Digest digest() {
    return new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  public AccountId account() {
    return new AccountId(digest());
  }

  public Fid fid() {
    return new Fid(digest());
  }

  public Manifest manifest(int maxSegments) {
    int count = random.nextInt(1, maxSegments + 1);
    long size = (long) count * Layout.SEGMENT_BYTES - random.nextInt(Layout.SEGMENT_BYTES);
    return new Manifest(
        fid(),
        size,
        list(
            count,
            () ->
                new Manifest.Segment(
                    new SegmentHash(digest()),
                    list(
                        Layout.COLUMNS,
                        () ->
                            random.nextInt(4) == 0
                                ? FragmentHash.ZERO
                                : new FragmentHash(digest())))));
  }

  public FileRecord file() {
    Manifest manifest = manifest(4);
    Placement placement =
        new Placement(
            list(
                manifest.segments().size(),
                () ->
                    list(
                        Layout.COLUMNS,
                        () -> new Placement.Seat(account(), random.nextBoolean()))));
    FileState state = oneOf(EnumSet.allOf(FileState.class));
    return new FileRecord(manifest, placement, state, list(random.nextInt(5), this::owner));
  }

  public Deal deal() {
    List<Integer> columns = new ArrayList<>(IntStream.range(0, Layout.COLUMNS).boxed().toList());
    Collections.shuffle(columns, new Random(random.nextLong()));
    List<Deal.Report> reports =
        columns.subList(0, random.nextInt(Layout.COLUMNS + 1)).stream()
            .map(column -> new Deal.Report(column, account()))
            .toList();
    return new Deal(manifest(4), owner(), reports);
  }

  public Miner miner() {
    return new Miner(
        account(),
        account(),
        account(),
        text(100),
        amount(),
        amount(),
        oneOf(EnumSet.complementOf(EnumSet.of(Miner.State.UNKNOWN))),
        new Miner.Space(
            random.nextLong() >>> 1, random.nextLong() >>> 40, 0, random.nextLong() >>> 1));
  }

  public Gateway gateway() {
    byte[] poolId = new byte[PoolId.BYTES];
    random.nextBytes(poolId);
    return new Gateway(account(), PoolId.of(poolId), text(50));
  }

  public Owner owner() {
    return new Owner(account(), text(RecordLimits.MAX_NAME_BYTES / 4), text(63));
  }

  /** Text of at most {@code maxChars} code points, from one to four bytes each, never NUL. */
  private String text(int maxChars) {
    int[] alphabet = {'a', '.', 'é', '中', 0x1f34f, '\n', '/'};
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(maxChars + 1); i > 0; i--) {
      text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
    }
    return text.toString();
  }

  private <E extends Enum<E>> E oneOf(Set<E> values) {
    return values.stream().sorted().toList().get(random.nextInt(values.size()));
  }

  private BigInteger amount() {
    return new BigInteger(random.nextInt(129), new Random(random.nextLong()));
  }

  private static <T> List<T> list(int count, Supplier<T> element) {
    return Stream.generate(element).limit(count).toList();
  }
}
