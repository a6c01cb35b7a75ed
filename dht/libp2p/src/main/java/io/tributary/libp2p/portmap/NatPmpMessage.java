package io.tributary.libp2p.portmap;

import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * The messages of NAT-PMP, in network order.
 *
 * <pre>
 *   0         1          2          3
 *  +---------+----------+---------------------+
 *  | 0       | opcode   | reserved            |   0 address, 1 a UDP port, 2 a TCP port
 *  +---------+----------+---------------------+
 *  | internal port      | external port       |   not of opcode 0
 *  +--------------------+---------------------+
 *  | lifetime in seconds                      |   0 takes a mapping back
 *  +------------------------------------------+
 *
 *  +---------+----------+---------------------+
 *  | 0       | 128 + op | result              |
 *  +---------+----------+---------------------+
 *  | epoch in seconds                         |
 *  +------------------------------------------+
 *  | external address; or the ports and the lifetime as above
 *  +------------------------------------------+
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6886">RFC 6886</a>, section 3
 */
final class NatPmpMessage {

  private static final int ADDRESS = 0;
  private static final int RESPONSE = 0x80;
  private static final int ADDRESS_BYTES = 12;
  private static final int MAPPED_BYTES = 16;

  private NatPmpMessage() {}

  /** What the gateway says of itself. */
  record Outside(long epochSeconds, Inet4Address address) {}

  /** What it grants. */
  record Mapped(long epochSeconds, Duration lifetime, int port) {}

  /** Asks for the external address. */
  static byte[] address() {
    return new byte[] {0, ADDRESS};
  }

  /**
   * Asks for a port.
   *
   * @param lifetimeSeconds 0 to give it back
   */
  static byte[] map(PortWish wish, long lifetimeSeconds) {
    return ByteBuffer.allocate(ADDRESS_BYTES)
        .put((byte) 0)
        .put((byte) wish.kind().natPmpOpcode())
        .putShort((short) 0)
        .putShort((short) wish.internalPort())
        .putShort((short) (lifetimeSeconds == 0 ? 0 : wish.externalPort()))
        .putInt((int) lifetimeSeconds)
        .array();
  }

  /** The answer to {@link #address}; empty if this is none. */
  static Optional<Outside> readAddress(ByteBuffer in) throws GatewayException {
    if (!isAnswer(in, ADDRESS, ADDRESS_BYTES)) {
      return Optional.empty();
    }
    byte[] address = new byte[Integer.BYTES];
    in.get(8, address);
    return Optional.of(new Outside(Integer.toUnsignedLong(in.getInt(4)), Ip4.of(address)));
  }

  /** The answer to {@link #map}; empty if this is none, such as one of another port. */
  static Optional<Mapped> readMapped(ByteBuffer in, PortWish wish) throws GatewayException {
    boolean other =
        in.limit() >= MAPPED_BYTES && Short.toUnsignedInt(in.getShort(8)) != wish.internalPort();
    if (other || !isAnswer(in, wish.kind().natPmpOpcode(), MAPPED_BYTES)) {
      return Optional.empty();
    }
    return Optional.of(
        new Mapped(
            Integer.toUnsignedLong(in.getInt(4)),
            Duration.ofSeconds(Integer.toUnsignedLong(in.getInt(12))),
            Short.toUnsignedInt(in.getShort(10))));
  }

  private static boolean isAnswer(ByteBuffer in, int opcode, int bytes) throws GatewayException {
    if (in.limit() < 4 || in.get(0) != 0 || Byte.toUnsignedInt(in.get(1)) != (RESPONSE | opcode)) {
      return false;
    }
    int result = Short.toUnsignedInt(in.getShort(2));
    if (result != 0) {
      Reason reason =
          switch (result) {
            case 1, 5 -> Reason.NOT_SPOKEN;
            case 2 -> Reason.REFUSED;
            case 3 -> Reason.NO_EXTERNAL_ADDRESS;
            case 4 -> Reason.FULL;
            default -> Reason.MALFORMED;
          };
      throw new GatewayException(reason, "NAT-PMP result " + result);
    }
    return in.limit() == bytes;
  }
}
