package io.tributary.region.gossip;

import io.tributary.region.Region;
import io.tributary.region.record.Accusation;
import io.tributary.region.record.SignedRecord;
import java.util.List;

/**
 * One message of the gossip of a region level. Each stands for itself: who receives one needs to
 * remember nothing of earlier ones.
 *
 * <pre>
 *   A                                   B
 *   | -- Offer: digest, news ---------> |
 *   | <-- Answer: wants, news, [sums] - |    sums only if asked for and the digests differ
 *   | -- Parcel: what B wants, wants -> |
 *   | <-- Parcel: what A wants -------- |
 *   | -- Listing: buckets that differ > |    only after sums
 *   | <-- Parcel: what A lacks, wants - |
 *
 *   A                                   B
 *   | -- SnapshotRequest: from 0 -----> |
 *   | <-- Snapshot: page -------------- |
 *   | -- SnapshotRequest: from next --> |    until the last page
 * </pre>
 */
public sealed interface GossipMessage {
  /** The level that is gossiped about. */
  Region level();

  /** How many buckets the members of a level are divided into, by the first byte of their keys. */
  int BUCKETS = 256;

  /** The most records in a parcel. */
  int MAX_PARCEL_RECORDS = 64;

  /** The most testimony in a parcel. */
  int MAX_PARCEL_ACCUSATIONS = 96;

  /** The most records on a page of a snapshot. */
  int MAX_PAGE_RECORDS = 512;

  /**
   * Opens an exchange.
   *
   * @param root the digest of all the sender holds
   * @param deep whether the bucket sums are wanted if the digests differ
   * @param news what the sender has learned lately
   */
  record Offer(Region level, long root, boolean deep, Marks news) implements GossipMessage {}

  /**
   * Answers an offer.
   *
   * @param wants what the sender lacks of the news it was offered
   * @param news what the sender has learned lately and was not offered
   * @param sums the digest of each bucket, or none
   */
  record Answer(Region level, long root, Marks wants, Marks news, List<Long> sums)
      implements GossipMessage {
    /** Copies the sums. */
    public Answer {
      sums = List.copyOf(sums);
    }
  }

  /**
   * All the sender holds in some buckets.
   *
   * @param buckets the buckets' numbers
   * @param entries the members in them
   */
  record Listing(Region level, List<Integer> buckets, Marks entries) implements GossipMessage {
    /** Copies the buckets. */
    public Listing {
      buckets = List.copyOf(buckets);
    }
  }

  /** What the other side lacks, and what the sender wants of it. */
  record Parcel(Region level, List<SignedRecord> records, List<Accusation> accusations, Marks wants)
      implements GossipMessage {
    /** Copies the lists. */
    public Parcel {
      records = List.copyOf(records);
      accusations = List.copyOf(accusations);
    }
  }

  /**
   * Asks for a page of all records.
   *
   * @param from the smallest key wanted, unsigned; 0 begins
   */
  record SnapshotRequest(Region level, long from) implements GossipMessage {}

  /**
   * A page of all records of live members, in the unsigned order of their keys.
   *
   * @param last whether there are no more
   * @param busy whether the sender gives out no snapshots now
   */
  record Snapshot(Region level, List<SignedRecord> records, boolean last, boolean busy)
      implements GossipMessage {
    /** Copies the records. */
    public Snapshot {
      records = List.copyOf(records);
    }
  }
}
