package io.tributary.libp2p.autonat;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.List;

/**
 * A message of AutoNAT version 2 between a peer and the server it asks.
 *
 * <pre>
 *  peer                                server
 *   |-- DialRequest, addresses, nonce --->|   takes the first address that it can dial
 *   |<- DialDataRequest, bytes -----------|   if that is not where the peer is seen
 *   |-- DialDataResponse ... ------------>|   until so many bytes have come
 *   |<= a new connection: nonce ==========|   see {@link DialBackMessage}
 *   |<- DialResponse, status -------------|
 *
 *  protobuf, one of  1 request:   1 addresses, 2 nonce (fixed64)
 *                    2 response:  1 status, 2 index of the address, 3 status of the dial
 *                    3 data asked for: 1 index of the address, 2 bytes
 *                    4 data: 1 any bytes, 4096 at most
 * </pre>
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/autonat/autonat-v2.md">AutoNAT v2</a>
 */
public sealed interface AutoNatMessage {

  /** The protocol by which a server is asked. */
  String PROTOCOL_ID = "/libp2p/autonat/2/dial-request";

  /** The longest message that is read. */
  int MAX_BYTES = 8192;

  /** The most addresses of a request. */
  int MAX_ADDRESSES = 32;

  /** The most bytes of one piece of data. */
  int MAX_DATA_BYTES = 4096;

  /**
   * Asks to dial the first address that the server can.
   *
   * @param addresses in the order of wanting to know; those that can't be read keep their places
   * @param nonce what proves to the peer that it was the server who dialled
   */
  record DialRequest(List<DecodedAddress> addresses, long nonce) implements AutoNatMessage {
    public DialRequest {
      addresses = List.copyOf(addresses);
    }

    static DialRequest of(List<Multiaddr> addresses, long nonce) {
      return new DialRequest(
          addresses.stream().<DecodedAddress>map(DecodedAddress.Usable::new).toList(), nonce);
    }
  }

  /**
   * The outcome.
   *
   * @param addressIndex of the address dialled, among those of the request
   */
  record DialResponse(RequestStatus status, long addressIndex, DialStatus dialStatus)
      implements AutoNatMessage {}

  /**
   * Asks for data, so that who has somebody else dialled pays for it.
   *
   * @param addressIndex of the address to be dialled
   * @param bytes how many; negative stands for more than a {@code long} holds
   */
  record DataRequest(long addressIndex, long bytes) implements AutoNatMessage {}

  /**
   * A piece of data.
   *
   * @param bytes how many
   */
  record Data(int bytes) implements AutoNatMessage {}

  /**
   * Reads a message without its length.
   *
   * @throws MalformedFormatException if it is not one
   */
  static AutoNatMessage read(ByteBuf bytes) {
    return AutoNatCodec.read(bytes);
  }

  /** The form that is sent, without its length. */
  default byte[] toBytes() {
    return AutoNatCodec.write(this);
  }
}
