package io.tributary.region.membership;

import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.region.Region;
import io.tributary.region.record.CacherOffer;
import io.tributary.region.record.CacherRecord;
import io.tributary.region.record.SignedRecord;
import io.tributary.region.record.Validity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a cacher says of itself, from which its records are made. Thread-safe if the suppliers are.
 *
 * @param identity signs the records
 * @param region where it is
 * @param offer what it offers now
 * @param addresses where it can be dialled now
 */
public record Self(
    PrivateKey identity,
    Region region,
    Supplier<CacherOffer> offer,
    Supplier<List<Multiaddr>> addresses) {

  /** Makes a record that holds from now on. */
  SignedRecord issue(long sequence, Instant now, Duration life, boolean leaving) {
    List<Multiaddr> known = addresses.get();
    List<Multiaddr> few = known.subList(0, Math.min(known.size(), CacherRecord.MAX_ADDRESSES));
    return SignedRecord.seal(
        new CacherRecord(
            identity.peerId(),
            few,
            region,
            offer.get(),
            sequence,
            new Validity(now, life),
            leaving),
        identity);
  }
}
