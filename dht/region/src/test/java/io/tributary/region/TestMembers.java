package io.tributary.region;

import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
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

/** Members that are the same in every run. */
public final class TestMembers {
  public static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  public static final Region EU = new Region("eu");
  public static final EvmAddress PAYOUT =
      EvmAddress.parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");

  private TestMembers() {}

  public static PrivateKey key(long number) {
    return PrivateKey.ofEd25519Seed(ByteBuffer.allocate(32).putLong(24, number).array());
  }

  /** Each member in a block of addresses of its own. */
  public static Multiaddr address(int number) {
    return Multiaddr.parse(
        "/ip4/11." + (number >> 8 & 255) + "." + (number & 255) + ".7/udp/4001/quic-v1");
  }

  public static CacherOffer offer(long capacityBytes) {
    return new CacherOffer(
        capacityBytes,
        PricePerGib.of(1_000_000_000L),
        PAYOUT,
        List.of("/tributary/exchange/1.0.0"));
  }

  public static CacherRecord record(int number, Region region, long sequence) {
    return new CacherRecord(
        key(number).peerId(),
        List.of(address(number)),
        region,
        offer(1L << 40),
        sequence,
        new Validity(NOW, Duration.ofHours(2)),
        false);
  }

  public static SignedRecord member(int number, Region region) {
    return SignedRecord.seal(record(number, region, 1), key(number));
  }

  public static List<SignedRecord> members(int count, Region region) {
    List<SignedRecord> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(member(i, region));
    }
    return members;
  }

  public static FragmentHash fragment(SplittableRandom random) {
    return new FragmentHash(
        new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
  }
}
