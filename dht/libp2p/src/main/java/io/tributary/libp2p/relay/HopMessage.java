package io.tributary.libp2p.relay;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A message between a peer and a relay.
 *
 * <pre>
 *  peer                          relay
 *   |-- RESERVE ------------------->|
 *   |<- STATUS, reservation, limit -|   and both close the stream
 *
 *   |-- CONNECT, peer ------------->|   ... {@link StopMessage} to the peer ...
 *   |<- STATUS, limit --------------|
 *   |<======= the circuit =========>|
 *
 *  protobuf: 1 type (0 RESERVE, 1 CONNECT, 2 STATUS)   4 limit: 1 seconds, 2 bytes
 *            2 peer: 1 id, 2 addresses                 5 status
 *            3 reservation: 1 expiry, 2 addresses, 3 voucher
 * </pre>
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/relay/circuit-v2.md#hop-protocol">The
 *     hop protocol</a>
 */
public sealed interface HopMessage {

  /** The protocol id. */
  String PROTOCOL_ID = "/libp2p/circuit/relay/0.2.0/hop";

  /** The longest message that is read. */
  int MAX_BYTES = 4096;

  /** The most addresses that are taken from a reservation. */
  int MAX_ADDRESSES = 16;

  /** Asks to be reachable through the relay. */
  record Reserve() implements HopMessage {}

  /**
   * Asks for a circuit.
   *
   * @param destination to whom
   */
  record Connect(PeerId destination) implements HopMessage {}

  /**
   * A relay's grant as it is sent.
   *
   * @param expiry until when, in whole seconds
   * @param addresses where the relay is reached
   * @param voucher a {@link RelayVoucher} not checked yet
   */
  record Grant(Instant expiry, List<Multiaddr> addresses, Optional<byte[]> voucher) {
    public Grant {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * The relay's answer.
   *
   * @param grant with a reservation that was made
   * @param limit on circuits, if the relay has any
   */
  record Answer(RelayStatus status, Optional<Grant> grant, CircuitLimit limit)
      implements HopMessage {

    /** An answer without more. */
    public static Answer of(RelayStatus status) {
      return new Answer(status, Optional.empty(), CircuitLimit.NONE);
    }
  }

  /**
   * Reads a message without its length.
   *
   * @throws MalformedFormatException if it is not one
   */
  static HopMessage read(ByteBuf bytes) {
    return CircuitCodec.readHop(bytes);
  }

  /** The form that is sent, without its length. */
  default byte[] toBytes() {
    return CircuitCodec.write(this);
  }
}
