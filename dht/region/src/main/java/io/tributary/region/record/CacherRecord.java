package io.tributary.region.record;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.identity.EnvelopeKind;
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.multiformats.Varint;
import io.tributary.region.MalformedRegionException;
import io.tributary.region.Region;
import io.tributary.region.wire.RecordMessages;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a cacher says of itself: who and where it is, and what it offers. Its load is not in it, so
 * it changes seldom.
 *
 * <pre>
 *  protobuf, inside a signed envelope of domain "tributary-cacher-record" and payload type
 *  81 99 c0 01 (the varint of 0x300c81, of the codes for private use)
 *
 *   1 bytes   peer id
 *   2 bytes   address (multiaddr)                   0 to 8 of them
 *   3 string  region                                at most 32 characters
 *   4 int64   capacity in bytes                     1 to 2^60
 *   5 bytes   price per GiB, big-endian             0 to 16 bytes, none for 0
 *   6 bytes   payout address                        20 bytes
 *   7 string  protocol id                           0 to 8 of them
 *   8 int64   sequence                              from 1
 *   9 int64   issued at, Unix seconds
 *  10 int64   life in seconds                       60 to 21600
 *  11 bool    leaving
 * </pre>
 *
 * The whole envelope has at most {@value SignedRecord#MAX_BYTES} bytes, which is what bounds a
 * snapshot of a region; keys of all kinds but RSA fit. The time of issue is not the sequence: of
 * two records the one with the larger sequence holds, whatever the clocks say.
 *
 * @param peer the cacher
 * @param addresses where it can be dialled, at most {@value #MAX_ADDRESSES}; may be empty if it is
 *     leaving
 * @param region where it is, as it says
 * @param offer what it offers
 * @param sequence of two records of one peer, the one with the larger sequence holds; from 1
 * @param validity when the record holds
 * @param leaving whether the cacher leaves the region with this record
 */
public record CacherRecord(
    PeerId peer,
    List<Multiaddr> addresses,
    Region region,
    CacherOffer offer,
    long sequence,
    Validity validity,
    boolean leaving) {
  /** The purpose and the type of the envelope around a record. */
  public static final EnvelopeKind KIND =
      EnvelopeKind.of("tributary-cacher-record", Varint.encode(0x300c81));

  /** The most addresses. */
  public static final int MAX_ADDRESSES = 8;

  private static final int MAX_DEPTH = 4;
  private static final int MAX_PRICE_BYTES = 16;

  /**
   * Checks the values.
   *
   * @throws RefusedException if one is out of bounds
   */
  public CacherRecord {
    addresses = List.copyOf(addresses);
    requireCount(addresses.size());
    if (sequence <= 0) {
      throw new RefusedException(Refusal.BAD_SEQUENCE, "a sequence begins with 1: " + sequence);
    }
  }

  private static void requireCount(int addresses) {
    if (addresses > MAX_ADDRESSES) {
      throw new RefusedException(
          Refusal.TOO_MANY_ADDRESSES,
          "a record has at most " + MAX_ADDRESSES + " addresses, this has " + addresses);
    }
  }

  /** Returns this record with other addresses. */
  CacherRecord withAddresses(List<Multiaddr> others) {
    return new CacherRecord(peer, others, region, offer, sequence, validity, leaving);
  }

  /**
   * Reads the payload of an envelope.
   *
   * @throws RefusedException if it is no record
   */
  static CacherRecord decode(byte[] payload) {
    RecordMessages.CacherRecord message;
    try {
      CodedInputStream in = CodedInputStream.newInstance(payload);
      in.setRecursionLimit(MAX_DEPTH);
      message = RecordMessages.CacherRecord.parser().parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedException(Refusal.MALFORMED, "a cacher record cannot be read", e);
    }
    requireCount(message.getAddressesCount());
    PeerId peer;
    try {
      peer = PeerId.decode(message.getPeerId().toByteArray());
    } catch (MalformedFormatException e) {
      throw new RefusedException(Refusal.MALFORMED, "a cacher record names no peer", e);
    }
    Region region;
    try {
      region = new Region(message.getRegion());
    } catch (MalformedRegionException e) {
      throw new RefusedException(Refusal.BAD_REGION, "a cacher record of " + peer, e);
    }
    List<Multiaddr> known = new ArrayList<>(message.getAddressesCount());
    for (ByteString address : message.getAddressesList()) {
      if (Multiaddr.tryDecode(address.toByteArray()) instanceof DecodedAddress.Usable usable) {
        known.add(usable.address());
      }
    }
    return new CacherRecord(
        peer,
        known,
        region,
        new CacherOffer(
            message.getCapacityBytes(),
            price(message.getPricePerGib()),
            payout(message.getPayout()),
            message.getProtocolsList()),
        message.getSequence(),
        Validity.ofSeconds(message.getIssuedAtSeconds(), message.getLifeSeconds()),
        message.getLeaving());
  }

  private static PricePerGib price(ByteString bytes) {
    if (bytes.size() > MAX_PRICE_BYTES) {
      throw new RefusedException(
          Refusal.BAD_PRICE, "a price has at most 16 bytes, this has " + bytes.size());
    }
    return new PricePerGib(new Amount(new BigInteger(1, bytes.toByteArray())));
  }

  private static EvmAddress payout(ByteString bytes) {
    if (bytes.size() != EvmAddress.BYTES) {
      throw new RefusedException(
          Refusal.BAD_PAYOUT, "a payout address has 20 bytes, this has " + bytes.size());
    }
    return EvmAddress.of(bytes.toByteArray());
  }

  /** Returns the payload of an envelope. */
  byte[] encode() {
    RecordMessages.CacherRecord.Builder message =
        RecordMessages.CacherRecord.newBuilder()
            .setPeerId(ByteString.copyFrom(peer.toBytes()))
            .setRegion(region.name())
            .setCapacityBytes(offer.capacityBytes())
            .setPricePerGib(ByteString.copyFrom(unsignedBytes(offer.price().amount().units())))
            .setPayout(ByteString.copyFrom(offer.payout().toBytes()))
            .addAllProtocols(offer.protocols())
            .setSequence(sequence)
            .setIssuedAtSeconds(validity.issuedAt().getEpochSecond())
            .setLifeSeconds(validity.life().toSeconds())
            .setLeaving(leaving);
    for (Multiaddr address : addresses) {
      message.addAddresses(ByteString.copyFrom(address.toBytes()));
    }
    return message.build().toByteArray();
  }

  private static byte[] unsignedBytes(BigInteger units) {
    byte[] bytes = new byte[(units.bitLength() + 7) / 8];
    byte[] signed = units.toByteArray();
    System.arraycopy(signed, signed.length - bytes.length, bytes, 0, bytes.length);
    return bytes;
  }

  /** Tells whether the record holds at a time, clocks being allowed to differ. */
  public boolean holdsAt(Instant now) {
    return !validity.isExpiredAt(now);
  }
}
