package io.tributary.libp2p.portmap;

import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The messages of PCP, in network order.
 *
 * <pre>
 *   0         1          2          3
 *  +---------+-+--------+----------+----------+
 *  | 2       |R| opcode | reserved | result   |   R and the result: answers only
 *  +---------+-+--------+----------+----------+
 *  | lifetime in seconds                      |   0 takes a mapping back
 *  +------------------------------------------+
 *  | asked: client's address, 16 bytes        |   ::ffff:a.b.c.d
 *  | answered: epoch, 4 bytes; 12 reserved    |
 *  +------------------------------------------+
 *  | MAP only: nonce, 12 bytes                |
 *  +---------+--------------------------------+
 *  | protocol| reserved                       |
 *  +---------+----------+---------------------+
 *  | internal port      | external port       |
 *  +--------------------+---------------------+
 *  | external address, 16 bytes               |
 *  +------------------------------------------+
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6887">RFC 6887</a>, sections 7 and 11.1
 */
final class PcpMessage {

  static final int NONCE_BYTES = 12;

  private static final int VERSION = 2;
  private static final int ANNOUNCE = 0;
  private static final int MAP = 1;
  private static final int RESPONSE = 0x80;
  private static final int HEADER_BYTES = 24;
  private static final int MAP_BYTES = 60;
  private static final int UNSUPPORTED_VERSION = 1;
  private static final byte[] IP4_IN_IP6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private PcpMessage() {}

  /**
   * What the gateway grants.
   *
   * @param epochSeconds what its clock shows
   */
  record Mapped(long epochSeconds, Duration lifetime, Inet4Address address, int port) {}

  /** Asks what the gateway's clock shows. */
  static byte[] announce(Inet4Address client) {
    return header(HEADER_BYTES, ANNOUNCE, 0, client).array();
  }

  /**
   * Asks for a port.
   *
   * @param lifetimeSeconds 0 to give it back
   */
  static byte[] map(Inet4Address client, byte[] nonce, PortWish wish, long lifetimeSeconds) {
    boolean giveBack = lifetimeSeconds == 0;
    return header(MAP_BYTES, MAP, lifetimeSeconds, client)
        .put(nonce)
        .put((byte) wish.kind().ipProtocol())
        .put(new byte[3])
        .putShort((short) wish.internalPort())
        .putShort((short) (giveBack ? 0 : wish.externalPort()))
        .put(IP4_IN_IP6)
        .put(new byte[Integer.BYTES])
        .array();
  }

  private static ByteBuffer header(int size, int opcode, long lifetime, Inet4Address client) {
    return ByteBuffer.allocate(size)
        .put((byte) VERSION)
        .put((byte) opcode)
        .putShort((short) 0)
        .putInt((int) lifetime)
        .put(IP4_IN_IP6)
        .put(client.getAddress());
  }

  /** The gateway's clock from the answer to {@link #announce}; empty if this is no such answer. */
  static Optional<Long> readAnnounced(ByteBuffer in) throws GatewayException {
    return isAnswer(in, ANNOUNCE, HEADER_BYTES)
        ? Optional.of(Integer.toUnsignedLong(in.getInt(8)))
        : Optional.empty();
  }

  /**
   * What was granted, from the answer to {@link #map}; empty if this is no such answer, such as one
   * with another nonce.
   */
  static Optional<Mapped> readMapped(ByteBuffer in, byte[] nonce, PortWish wish)
      throws GatewayException {
    // A refusal has the nonce too, if it can be told what it refuses.
    if (in.limit() >= MAP_BYTES && !isFor(in, nonce, wish)) {
      return Optional.empty();
    }
    if (!isAnswer(in, MAP, MAP_BYTES)) {
      return Optional.empty();
    }
    byte[] address = new byte[16];
    in.get(44, address);
    if (!Arrays.equals(address, 0, IP4_IN_IP6.length, IP4_IN_IP6, 0, IP4_IN_IP6.length)) {
      throw new GatewayException(Reason.MALFORMED, "the external address is not of IPv4");
    }
    return Optional.of(
        new Mapped(
            Integer.toUnsignedLong(in.getInt(8)),
            Duration.ofSeconds(Integer.toUnsignedLong(in.getInt(4))),
            Ip4.of(Arrays.copyOfRange(address, IP4_IN_IP6.length, address.length)),
            Short.toUnsignedInt(in.getShort(42))));
  }

  private static boolean isFor(ByteBuffer in, byte[] nonce, PortWish wish) {
    byte[] answered = new byte[NONCE_BYTES];
    in.get(HEADER_BYTES, answered);
    return Arrays.equals(answered, nonce)
        && Byte.toUnsignedInt(in.get(36)) == wish.kind().ipProtocol()
        && Short.toUnsignedInt(in.getShort(40)) == wish.internalPort();
  }

  private static boolean isAnswer(ByteBuffer in, int opcode, int bytes) throws GatewayException {
    if (in.limit() < 4) {
      return false;
    }
    if (in.get(0) != VERSION) {
      // A gateway of NAT-PMP, as RFC 6887 has it in appendix A, or one of a version to come.
      if (in.get(0) == 0 && in.getShort(2) == UNSUPPORTED_VERSION) {
        throw new GatewayException(Reason.NOT_SPOKEN, "the gateway has NAT-PMP only");
      }
      return false;
    }
    if (Byte.toUnsignedInt(in.get(1)) != (RESPONSE | opcode)) {
      return false;
    }
    int result = Byte.toUnsignedInt(in.get(3));
    if (result != 0) {
      throw refusal(result);
    }
    return in.limit() >= bytes && in.limit() % Integer.BYTES == 0;
  }

  private static GatewayException refusal(int result) {
    Reason reason =
        switch (result) {
          case UNSUPPORTED_VERSION, 4 -> Reason.NOT_SPOKEN;
          case 2 -> Reason.REFUSED;
          case 7 -> Reason.NO_EXTERNAL_ADDRESS;
          case 8, 10 -> Reason.FULL;
          case 11 -> Reason.TAKEN;
          case 12 -> Reason.BEHIND_ANOTHER_NAT;
          default -> Reason.MALFORMED;
        };
    return new GatewayException(reason, "PCP result " + result);
  }
}
