package io.tributary.exchange.lane;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.PublicKey;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the signer of a lane signs to let a peer spend on it.
 *
 * <pre>
 *  keccak256( "tributary lane 1" | domain separator | payer | payee | lane |
 *              16                  32                 20      20      8
 *             keccak256(payer's peer id) | keccak256(payee's peer id) )
 *             32                           32
 * </pre>
 *
 * <p>Both peer ids are proven by the connection's handshake, so a proof that somebody overheard is
 * of no use to them; and without one, nobody could use up the credit of another's lane.
 */
public final class LaneProof {
  private static final byte[] PREFIX = "tributary lane 1".getBytes(US_ASCII);

  private LaneProof() {}

  /** Returns what is signed. */
  public static Hash256 digest(
      SettlementDomain domain, LaneId lane, byte[] payerPeer, byte[] payeePeer) {
    ByteBuffer numbers = ByteBuffer.allocate(2 * EvmAddress.BYTES + Long.BYTES);
    numbers.put(lane.payer().toBytes()).put(lane.payee().toBytes()).putLong(lane.lane());
    return Hash256.hashing(
        PREFIX,
        domain.separator().toBytes(),
        numbers.array(),
        Hash256.hashing(payerPeer).toBytes(),
        Hash256.hashing(payeePeer).toBytes());
  }

  /** The key that signed a proof; empty if none could have. Whether it may is the chain's word. */
  public static Optional<PublicKey> signer(
      LaneMessage.Open open, byte[] payerPeer, byte[] payeePeer, Curve curve) {
    Hash256 digest = digest(open.domain(), open.lane(), payerPeer, payeePeer);
    return curve.recover(open.proof(), digest.toBytes());
  }
}
