package io.tributary.libp2p.identity;

import static io.tributary.libp2p.identity.InvalidEnvelopeException.Reason.MALFORMED;
import static io.tributary.libp2p.identity.InvalidEnvelopeException.Reason.OTHER_SIGNER;

import com.google.protobuf.ByteString;
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.wire.MessageReader;
import io.tributary.libp2p.wire.PeerRecordMessages;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses that a peer vouches for itself, in the order of its liking.
 *
 * <p>Signed for domain {@code libp2p-peer-record} with payload type {@code 03 01}, which is what
 * peers of go and js do; RFC 0003 still shows older values.
 *
 * @param peerId the peer
 * @param sequence an unsigned number; of two records of one peer, the one with the larger number
 *     holds
 * @param addresses where the peer can be dialled; addresses of unknown protocols are not among them
 * @see <a href="https://github.com/libp2p/specs/blob/master/RFC/0003-routing-records.md">RFC
 *     0003</a>
 */
public record PeerRecord(PeerId peerId, long sequence, List<Multiaddr> addresses) {
  /** The purpose and the type of the envelope around a record. */
  public static final EnvelopeKind KIND =
      EnvelopeKind.of("libp2p-peer-record", new byte[] {0x03, 0x01});

  /** The most addresses in a record. */
  public static final int MAX_ADDRESSES = 128;

  private static final MessageReader<PeerRecordMessages.PeerRecord> READER =
      new MessageReader<>(
          "a peer record", PeerRecordMessages.PeerRecord.parser(), SignedEnvelope.MAX_BYTES);

  /** Copies the addresses and checks their number. */
  public PeerRecord {
    addresses = List.copyOf(addresses);
    if (addresses.size() > MAX_ADDRESSES) {
      throw new IllegalArgumentException(
          "a peer record has at most "
              + MAX_ADDRESSES
              + " addresses, this has "
              + addresses.size());
    }
  }

  /**
   * Reads a record from a signed envelope that fills an array.
   *
   * @throws InvalidEnvelopeException if it is not a record that its own peer has signed
   */
  public static PeerRecord open(byte[] envelope) {
    SignedEnvelope opened = SignedEnvelope.open(envelope, KIND);
    PeerRecord record;
    try {
      record = decode(opened.payload());
    } catch (MalformedFormatException e) {
      throw new InvalidEnvelopeException(MALFORMED, "a peer record cannot be read", e);
    }
    if (!record.peerId.equals(opened.signer().peerId())) {
      throw new InvalidEnvelopeException(
          OTHER_SIGNER,
          "a record of " + record.peerId + " was signed by " + opened.signer().peerId());
    }
    return record;
  }

  private static PeerRecord decode(byte[] payload) {
    PeerRecordMessages.PeerRecord message = READER.read(payload);
    PeerId peer = PeerId.decode(message.getPeerId().toByteArray());
    if (message.getAddressesCount() > MAX_ADDRESSES) {
      throw new MalformedFormatException(
          MalformedFormatException.Reason.TOO_LONG,
          "a peer record has at most "
              + MAX_ADDRESSES
              + " addresses, this has "
              + message.getAddressesCount());
    }
    List<Multiaddr> known = new ArrayList<>(message.getAddressesCount());
    for (PeerRecordMessages.PeerRecord.AddressInfo info : message.getAddressesList()) {
      if (Multiaddr.tryDecode(info.getMultiaddr().toByteArray())
          instanceof DecodedAddress.Usable usable) {
        known.add(usable.address());
      }
    }
    return new PeerRecord(peer, message.getSeq(), known);
  }

  /**
   * Signs this record.
   *
   * @throws IllegalArgumentException if the key is another peer's
   */
  public SignedEnvelope seal(PrivateKey signer) {
    if (!signer.peerId().equals(peerId)) {
      throw new IllegalArgumentException(
          "a record of " + peerId + " cannot be signed by " + signer.peerId());
    }
    PeerRecordMessages.PeerRecord.Builder message =
        PeerRecordMessages.PeerRecord.newBuilder()
            .setPeerId(ByteString.copyFrom(peerId.toBytes()))
            .setSeq(sequence);
    for (Multiaddr address : addresses) {
      message.addAddressesBuilder().setMultiaddr(ByteString.copyFrom(address.toBytes()));
    }
    return SignedEnvelope.seal(signer, KIND, message.build().toByteArray());
  }

  /** Tells whether this record holds and another one of the same peer no longer does. */
  public boolean supersedes(PeerRecord other) {
    return peerId.equals(other.peerId) && Long.compareUnsigned(sequence, other.sequence) > 0;
  }
}
