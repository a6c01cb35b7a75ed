package io.tributary.libp2p.relay;

import com.google.protobuf.ByteString;
import io.tributary.libp2p.identity.EnvelopeKind;
import io.tributary.libp2p.identity.InvalidEnvelopeException;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.identity.SignedEnvelope;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.wire.CircuitMessages.Voucher;
import io.tributary.libp2p.wire.MessageReader;
import java.time.Instant;

/**
 * A relay's signed statement that it has made a reservation.
 *
 * <pre>
 *   envelope  domain libp2p-relay-rsvp, payload type 03 02
 *   payload   protobuf: 1 relay's id, 2 peer's id, 3 expiry in seconds since 1970
 * </pre>
 *
 * @param relay who made it, and signed
 * @param peer for whom
 * @param expiry until when, in whole seconds
 * @see <a
 *     href="https://github.com/libp2p/specs/blob/master/relay/circuit-v2.md#reservation-vouchers">Reservation
 *     vouchers</a>
 */
public record RelayVoucher(PeerId relay, PeerId peer, Instant expiry) {

  /** The purpose and the type of the envelope. */
  public static final EnvelopeKind KIND =
      EnvelopeKind.of("libp2p-relay-rsvp", new byte[] {0x03, 0x02});

  private static final MessageReader<Voucher> READER =
      new MessageReader<>("a relay voucher", Voucher.parser(), SignedEnvelope.MAX_BYTES);

  /**
   * Signs this.
   *
   * @throws IllegalArgumentException if the key is not the relay's
   */
  public SignedEnvelope seal(PrivateKey signer) {
    if (!signer.peerId().equals(relay)) {
      throw new IllegalArgumentException(
          "a voucher of " + relay + " cannot be signed by " + signer.peerId());
    }
    byte[] payload =
        Voucher.newBuilder()
            .setRelay(ByteString.copyFrom(relay.toBytes()))
            .setPeer(ByteString.copyFrom(peer.toBytes()))
            .setExpiration(expiry.getEpochSecond())
            .build()
            .toByteArray();
    return SignedEnvelope.seal(signer, KIND, payload);
  }

  /**
   * Reads a voucher and checks that the relay it names has signed it.
   *
   * @throws InvalidEnvelopeException if the envelope is not one
   * @throws MalformedFormatException if there is no voucher in it, or one that another peer signed
   */
  public static RelayVoucher open(byte[] envelope) {
    SignedEnvelope opened = SignedEnvelope.open(envelope, KIND);
    Voucher message = READER.read(opened.payload());
    PeerId relay = PeerId.decode(message.getRelay().toByteArray());
    if (!relay.equals(opened.signer().peerId())) {
      throw new MalformedMessageException(
          MalformedFormatException.Reason.BAD_VALUE,
          "a voucher of " + relay + " was signed by " + opened.signer().peerId());
    }
    return new RelayVoucher(
        relay,
        PeerId.decode(message.getPeer().toByteArray()),
        CircuitCodec.instant(message.getExpiration()));
  }
}
