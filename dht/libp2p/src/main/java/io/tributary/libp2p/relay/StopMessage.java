package io.tributary.libp2p.relay;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.PeerId;

/**
 * A message between a relay and the peer behind it.
 *
 * <pre>
 *  relay                         peer
 *   |-- CONNECT, source, limit ---->|
 *   |<- STATUS ---------------------|
 *   |<======= the circuit =========>|
 *
 *  protobuf: 1 type (0 CONNECT, 1 STATUS)   3 limit: 1 seconds, 2 bytes
 *            2 peer: 1 id, 2 addresses      4 status
 * </pre>
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/relay/circuit-v2.md#stop-protocol">The
 *     stop protocol</a>
 */
public sealed interface StopMessage {

  /** The protocol id. */
  String PROTOCOL_ID = "/libp2p/circuit/relay/0.2.0/stop";

  /** The longest message that is read. */
  int MAX_BYTES = 4096;

  /**
   * Offers a circuit.
   *
   * @param source who wants it, as the relay says
   * @param limit of the relay on it
   */
  record Connect(PeerId source, CircuitLimit limit) implements StopMessage {}

  /** The peer's answer. */
  record Answer(RelayStatus status) implements StopMessage {}

  /**
   * Reads a message without its length.
   *
   * @throws MalformedFormatException if it is not one
   */
  static StopMessage read(ByteBuf bytes) {
    return CircuitCodec.readStop(bytes);
  }

  /** The form that is sent, without its length. */
  default byte[] toBytes() {
    return CircuitCodec.write(this);
  }
}
