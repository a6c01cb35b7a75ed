package io.tributary.region.gossip;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tributary.region.MalformedRegionException;
import io.tributary.region.Region;
import io.tributary.region.gossip.GossipMessage.Answer;
import io.tributary.region.gossip.GossipMessage.Listing;
import io.tributary.region.gossip.GossipMessage.Offer;
import io.tributary.region.gossip.GossipMessage.Parcel;
import io.tributary.region.gossip.GossipMessage.Snapshot;
import io.tributary.region.gossip.GossipMessage.SnapshotRequest;
import io.tributary.region.record.Accusation;
import io.tributary.region.record.RecordRules;
import io.tributary.region.record.Refusal;
import io.tributary.region.record.RefusedException;
import io.tributary.region.record.SignedRecord;
import io.tributary.region.wire.GossipMessages;
import java.util.ArrayList;
import java.util.List;

/**
 * The wire form of gossip, protocol {@value #PROTOCOL}.
 *
 * <pre>
 *  on a stream, in both directions
 *  +---------+------------------+---------+------------------+
 *  | uvarint | protobuf Gossip  | uvarint | protobuf Gossip  | ...
 *  +---------+------------------+---------+------------------+
 *
 *  Gossip, exactly one of                  Marks, columns of equal length
 *    1 Offer     1 level  2 root             1 packed fixed64  keys         at most 1024
 *                3 deep   4 news (Marks)     2 packed int64    sequences
 *    2 Answer    1 level  2 root             3 packed fixed32  doubts       or none, if all are 0
 *                3 wants  4 news
 *                5 packed fixed64 sums       none or 256
 *    3 Listing   1 level  2 buckets (a byte each)  3 entries (Marks)
 *    4 Parcel    1 level  2 records  3 testimony  4 wants     at most 64 and 96 envelopes
 *    5 SnapshotRequest  1 level  2 from
 *    6 Snapshot  1 level  2 records  3 last  4 busy           at most 512 envelopes
 * </pre>
 *
 * Records and testimony inside a message are checked one by one; what is refused is counted and
 * left out, and speaks against nobody but its author, since whoever forwards it may have believed
 * it at another time. Thread-safe.
 */
public final class GossipCodec {
  /** The protocol id. */
  public static final String PROTOCOL = "/tributary/gossip/1.0.0";

  /** The longest message, without the length in front of it: a page of a snapshot. */
  public static final int MAX_BYTES = 252 * 1024;

  private static final int MAX_DEPTH = 4;
  private static final int FIXED64 = 8;
  private static final int FIXED32 = 4;

  private final RecordRules rules;

  /**
   * @param rules by which records inside messages are believed
   */
  public GossipCodec(RecordRules rules) {
    this.rules = rules;
  }

  /**
   * Reads a message. Checks signatures, so a long one takes a while.
   *
   * @throws RefusedException if the bytes are no message; it has been counted
   */
  public GossipMessage decode(byte[] bytes) {
    try {
      return read(bytes);
    } catch (RefusedException e) {
      rules.refuse(e.reason());
      throw e;
    }
  }

  private GossipMessage read(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new RefusedException(
          Refusal.TOO_LONG, "gossip has at most " + MAX_BYTES + " bytes, this " + bytes.length);
    }
    GossipMessages.Gossip message;
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.setRecursionLimit(MAX_DEPTH);
      message = GossipMessages.Gossip.parser().parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedException(Refusal.MALFORMED, "gossip cannot be read", e);
    }
    try {
      return switch (message.getMessageCase()) {
        case OFFER -> offer(message.getOffer());
        case ANSWER -> answer(message.getAnswer());
        case LISTING -> listing(message.getListing());
        case PARCEL -> parcel(message.getParcel());
        case SNAPSHOT_REQUEST ->
            new SnapshotRequest(
                new Region(message.getSnapshotRequest().getLevel()),
                message.getSnapshotRequest().getFrom());
        case SNAPSHOT -> snapshot(message.getSnapshot());
        case MESSAGE_NOT_SET ->
            throw new RefusedException(Refusal.UNKNOWN_MESSAGE, "gossip of an unknown kind");
      };
    } catch (MalformedRegionException e) {
      throw new RefusedException(Refusal.BAD_REGION, "gossip names no region", e);
    }
  }

  private static Offer offer(GossipMessages.Offer message) {
    return new Offer(
        new Region(message.getLevel()),
        message.getRoot(),
        message.getDeep(),
        marks(message.getNews()));
  }

  private static Answer answer(GossipMessages.Answer message) {
    if (message.getSumsCount() != 0 && message.getSumsCount() != GossipMessage.BUCKETS) {
      throw malformed("an answer has 0 or 256 sums, this has " + message.getSumsCount());
    }
    return new Answer(
        new Region(message.getLevel()),
        message.getRoot(),
        marks(message.getWants()),
        marks(message.getNews()),
        message.getSumsList());
  }

  private static Listing listing(GossipMessages.Listing message) {
    ByteString numbers = message.getBuckets();
    if (numbers.size() > GossipMessage.BUCKETS) {
      throw malformed("a listing has at most 256 buckets, this has " + numbers.size());
    }
    List<Integer> buckets = new ArrayList<>(numbers.size());
    for (int i = 0; i < numbers.size(); i++) {
      buckets.add(numbers.byteAt(i) & 0xff);
    }
    return new Listing(new Region(message.getLevel()), buckets, marks(message.getEntries()));
  }

  private Parcel parcel(GossipMessages.Parcel message) {
    if (message.getRecordsCount() > GossipMessage.MAX_PARCEL_RECORDS
        || message.getAccusationsCount() > GossipMessage.MAX_PARCEL_ACCUSATIONS) {
      throw malformed("a parcel has at most 64 records and 96 testimonies");
    }
    List<Accusation> accusations = new ArrayList<>(message.getAccusationsCount());
    for (ByteString bytes : message.getAccusationsList()) {
      try {
        accusations.add(Accusation.open(bytes.toByteArray()));
      } catch (RefusedException e) {
        rules.refuse(e.reason());
      }
    }
    return new Parcel(
        new Region(message.getLevel()),
        records(message.getRecordsList()),
        accusations,
        marks(message.getWants()));
  }

  private Snapshot snapshot(GossipMessages.Snapshot message) {
    if (message.getRecordsCount() > GossipMessage.MAX_PAGE_RECORDS) {
      throw malformed("a page has at most 512 records");
    }
    return new Snapshot(
        new Region(message.getLevel()),
        records(message.getRecordsList()),
        message.getLast(),
        message.getBusy());
  }

  private List<SignedRecord> records(List<ByteString> envelopes) {
    List<SignedRecord> records = new ArrayList<>(envelopes.size());
    for (ByteString envelope : envelopes) {
      rules.tryOpen(envelope.toByteArray()).ifPresent(records::add);
    }
    return records;
  }

  private static Marks marks(GossipMessages.Marks message) {
    int size = message.getKeysCount();
    int doubts = message.getDoubtsCount();
    if (size > Marks.MAX
        || message.getSequencesCount() != size
        || (doubts != 0 && doubts != size)) {
      throw malformed("marks are at most 1024, in columns of equal length");
    }
    Marks.Builder marks = new Marks.Builder(size);
    for (int i = 0; i < size; i++) {
      if (message.getSequences(i) < 0) {
        throw new RefusedException(Refusal.BAD_SEQUENCE, "a mark has a negative sequence");
      }
      marks.add(
          message.getKeys(i),
          message.getSequences(i),
          doubts == 0 ? Marks.NO_DOUBT : message.getDoubts(i));
    }
    return marks.build();
  }

  private static RefusedException malformed(String message) {
    return new RefusedException(Refusal.MALFORMED, message);
  }

  /** Returns the wire form of a message, without the length in front of it. */
  public static byte[] encode(GossipMessage message) {
    GossipMessages.Gossip.Builder out = GossipMessages.Gossip.newBuilder();
    if (message instanceof Offer offer) {
      GossipMessages.Offer.Builder body = out.getOfferBuilder();
      body.setLevel(offer.level().name()).setRoot(offer.root()).setDeep(offer.deep());
      if (offer.news().size() > 0) {
        body.setNews(write(offer.news()));
      }
    } else if (message instanceof Answer answer) {
      GossipMessages.Answer.Builder body = out.getAnswerBuilder();
      body.setLevel(answer.level().name()).setRoot(answer.root()).addAllSums(answer.sums());
      if (answer.wants().size() > 0) {
        body.setWants(write(answer.wants()));
      }
      if (answer.news().size() > 0) {
        body.setNews(write(answer.news()));
      }
    } else if (message instanceof Listing listing) {
      byte[] buckets = new byte[listing.buckets().size()];
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] = listing.buckets().get(i).byteValue();
      }
      GossipMessages.Listing.Builder body = out.getListingBuilder();
      body.setLevel(listing.level().name()).setBuckets(ByteString.copyFrom(buckets));
      if (listing.entries().size() > 0) {
        body.setEntries(write(listing.entries()));
      }
    } else if (message instanceof Parcel parcel) {
      GossipMessages.Parcel.Builder body = out.getParcelBuilder();
      body.setLevel(parcel.level().name());
      parcel.records().forEach(each -> body.addRecords(ByteString.copyFrom(each.toBytes())));
      parcel
          .accusations()
          .forEach(each -> body.addAccusations(ByteString.copyFrom(each.toBytes())));
      if (parcel.wants().size() > 0) {
        body.setWants(write(parcel.wants()));
      }
    } else if (message instanceof SnapshotRequest request) {
      out.getSnapshotRequestBuilder().setLevel(request.level().name()).setFrom(request.from());
    } else if (message instanceof Snapshot snapshot) {
      GossipMessages.Snapshot.Builder body = out.getSnapshotBuilder();
      body.setLevel(snapshot.level().name());
      snapshot.records().forEach(each -> body.addRecords(ByteString.copyFrom(each.toBytes())));
      body.setLast(snapshot.last()).setBusy(snapshot.busy());
    }
    return out.build().toByteArray();
  }

  private static GossipMessages.Marks write(Marks marks) {
    GossipMessages.Marks.Builder out = GossipMessages.Marks.newBuilder();
    boolean doubts = marks.hasDoubts();
    for (int i = 0; i < marks.size(); i++) {
      out.addKeys(marks.key(i)).addSequences(marks.sequence(i));
      if (doubts) {
        out.addDoubts(marks.doubt(i));
      }
    }
    return out.build();
  }

  /** Returns how many bytes a message has on a stream, with its length, without encoding it. */
  public static int framedBytes(GossipMessage message) {
    int body = field(message.level().name().length());
    if (message instanceof Offer offer) {
      body += fixed(offer.root()) + flag(offer.deep()) + size(offer.news());
    } else if (message instanceof Answer answer) {
      body += fixed(answer.root()) + size(answer.wants()) + size(answer.news());
      body += answer.sums().isEmpty() ? 0 : field(answer.sums().size() * FIXED64);
    } else if (message instanceof Listing listing) {
      body += listing.buckets().isEmpty() ? 0 : field(listing.buckets().size());
      body += size(listing.entries());
    } else if (message instanceof Parcel parcel) {
      body += sizeOf(parcel.records()) + size(parcel.wants());
      for (Accusation accusation : parcel.accusations()) {
        body += field(accusation.sizeBytes());
      }
    } else if (message instanceof SnapshotRequest request) {
      body += fixed(request.from());
    } else if (message instanceof Snapshot snapshot) {
      body += sizeOf(snapshot.records()) + flag(snapshot.last()) + flag(snapshot.busy());
    }
    int whole = field(body);
    return CodedOutputStream.computeUInt32SizeNoTag(whole) + whole;
  }

  private static int sizeOf(List<SignedRecord> records) {
    int sum = 0;
    for (SignedRecord each : records) {
      sum += field(each.sizeBytes());
    }
    return sum;
  }

  private static int size(Marks marks) {
    if (marks.size() == 0) {
      return 0;
    }
    int sequences = 0;
    for (int i = 0; i < marks.size(); i++) {
      sequences += CodedOutputStream.computeInt64SizeNoTag(marks.sequence(i));
    }
    return field(
        field(marks.size() * FIXED64)
            + field(sequences)
            + (marks.hasDoubts() ? field(marks.size() * FIXED32) : 0));
  }

  /** A tag, a length, and that many bytes. */
  private static int field(int length) {
    return 1 + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
  }

  private static int fixed(long value) {
    return value == 0 ? 0 : 1 + FIXED64;
  }

  private static int flag(boolean value) {
    return value ? 2 : 0;
  }
}
