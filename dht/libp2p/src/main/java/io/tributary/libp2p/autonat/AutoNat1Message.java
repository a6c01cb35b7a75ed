package io.tributary.libp2p.autonat;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.List;
import java.util.Optional;

/**
 * A message of AutoNAT version 1.
 *
 * <pre>
 *  peer                       server
 *   |-- DIAL, addresses -------->|   dials them, at the IP address it sees only
 *   |<- DIAL_RESPONSE, status ---|
 *
 *  protobuf: 1 type (0 DIAL, 1 DIAL_RESPONSE)
 *            2 dial:     1 peer: 1 id, 2 addresses
 *            3 response: 1 status, 2 text, 3 address that was reached
 * </pre>
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/autonat/autonat-v1.md">AutoNAT v1</a>
 */
public sealed interface AutoNat1Message {

  /** The protocol id. */
  String PROTOCOL_ID = "/libp2p/autonat/1.0.0";

  /** The longest message that is read. */
  int MAX_BYTES = 8192;

  /** The most addresses that are taken from a message. */
  int MAX_ADDRESSES = 32;

  /** What came of a dial. */
  enum Status {
    /** One of the addresses was reached. */
    OK,
    /** None was. */
    DIAL_ERROR,
    /** The server dials none of them, or not for this peer now. */
    DIAL_REFUSED,
    /** The request was not readable. */
    BAD_REQUEST,
    /** The server failed, or its status is not known. */
    INTERNAL_ERROR
  }

  /**
   * Asks to dial.
   *
   * @param peer whom, which must be the one who asks
   * @param addresses where; those of unknown protocols have been left out
   */
  record Dial(PeerId peer, List<Multiaddr> addresses) implements AutoNat1Message {
    public Dial {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * The outcome.
   *
   * @param address the one that was reached
   */
  record Response(Status status, Optional<Multiaddr> address) implements AutoNat1Message {}

  /**
   * Reads a message without its length.
   *
   * @throws MalformedFormatException if it is not one
   */
  static AutoNat1Message read(ByteBuf bytes) {
    return AutoNat1Codec.read(bytes);
  }

  /** The form that is sent, without its length. */
  default byte[] toBytes() {
    return AutoNat1Codec.write(this);
  }
}
