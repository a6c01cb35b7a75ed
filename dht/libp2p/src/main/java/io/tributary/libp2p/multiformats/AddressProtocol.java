package io.tributary.libp2p.multiformats;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.REFUSED_CODE;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.UNKNOWN_CODE;

import java.util.HashMap;
import java.util.Map;

/**
 * A protocol that can be part of a {@link Multiaddr}.
 *
 * <p>Knowing a protocol here means that addresses with it can be read and written; it is the
 * transports that know which addresses can be dialled.
 *
 * @see <a href="https://github.com/multiformats/multiaddr/blob/master/protocols.csv">The protocol
 *     table</a>
 */
public enum AddressProtocol {
  /** An IPv4 address. */
  IP4(4, "ip4", AddressValue.IP4),
  /** An IPv6 address. */
  IP6(41, "ip6", AddressValue.IP6),
  /** The zone in which the IPv6 address that follows is valid. */
  IP6ZONE(42, "ip6zone", AddressValue.ZONE),
  /** A host name, of either IP version. */
  DNS(53, "dns", AddressValue.HOST_NAME),
  /** A host name with IPv4 addresses. */
  DNS4(54, "dns4", AddressValue.HOST_NAME),
  /** A host name with IPv6 addresses. */
  DNS6(55, "dns6", AddressValue.HOST_NAME),
  /** A host name whose TXT records hold whole multiaddrs. */
  DNSADDR(56, "dnsaddr", AddressValue.HOST_NAME),
  /** A TCP port. */
  TCP(6, "tcp", AddressValue.PORT),
  /** A UDP port. */
  UDP(273, "udp", AddressValue.PORT),
  /** QUIC, as drafted in draft-29. */
  QUIC(460, "quic", AddressValue.NONE),
  /** QUIC, RFC 9000. */
  QUIC_V1(461, "quic-v1", AddressValue.NONE),
  /** TLS. */
  TLS(448, "tls", AddressValue.NONE),
  /** The server name to send in TLS. */
  SNI(449, "sni", AddressValue.HOST_NAME),
  /** Noise. */
  NOISE(454, "noise", AddressValue.NONE),
  /** WebSocket. */
  WS(477, "ws", AddressValue.NONE),
  /** WebSocket over TLS, the short form of {@code /tls/ws}. */
  WSS(478, "wss", AddressValue.NONE),
  /** HTTP. */
  HTTP(480, "http", AddressValue.NONE),
  /** HTTP over TLS, the short form of {@code /tls/http}. */
  HTTPS(443, "https", AddressValue.NONE),
  /** A peer. */
  P2P(421, "p2p", AddressValue.PEER_ID),
  /** A connection through the peer on the left to the peer on the right. */
  P2P_CIRCUIT(290, "p2p-circuit", AddressValue.NONE),
  /** The hash of a certificate that a browser is to accept. */
  CERTHASH(466, "certhash", AddressValue.CERTIFICATE_HASH),
  /** WebTransport. */
  WEBTRANSPORT(465, "webtransport", AddressValue.NONE),
  /** WebRTC straight to a server. */
  WEBRTC_DIRECT(280, "webrtc-direct", AddressValue.NONE),
  /** WebRTC between browsers. */
  WEBRTC(281, "webrtc", AddressValue.NONE),
  /** A place in this process, for tests. */
  MEMORY(777, "memory", AddressValue.TEXT);

  private static final int UNIX_CODE = 400;
  private static final Map<Integer, AddressProtocol> BY_CODE = new HashMap<>();
  private static final Map<String, AddressProtocol> BY_NAME = new HashMap<>();

  static {
    for (AddressProtocol protocol : values()) {
      BY_CODE.put(protocol.code, protocol);
      BY_NAME.put(protocol.protocolName, protocol);
    }
    BY_NAME.put("ipfs", P2P); // its name until 2019
  }

  private final int code;
  private final String protocolName;
  private final AddressValue value;

  AddressProtocol(int code, String protocolName, AddressValue value) {
    this.code = code;
    this.protocolName = protocolName;
    this.value = value;
  }

  static AddressProtocol ofCode(long code) {
    AddressProtocol protocol = code > Integer.MAX_VALUE ? null : BY_CODE.get((int) code);
    if (protocol != null) {
      return protocol;
    }
    throw code == UNIX_CODE
        ? refused()
        : new MalformedFormatException(UNKNOWN_CODE, "no address protocol known here is " + code);
  }

  static AddressProtocol ofName(String name) {
    AddressProtocol protocol = BY_NAME.get(name);
    if (protocol != null) {
      return protocol;
    }
    throw name.equals("unix")
        ? refused()
        : new MalformedFormatException(
            UNKNOWN_CODE,
            "no address protocol known here is named " + MalformedFormatException.quote(name));
  }

  /** A path on the reader's own disk is nothing a peer may name. */
  private static MalformedFormatException refused() {
    return new MalformedFormatException(REFUSED_CODE, "addresses of protocol unix are not used");
  }

  /** Returns the number that stands for this in binary addresses. */
  public int code() {
    return code;
  }

  /** Returns the name that stands for this in text addresses. */
  public String protocolName() {
    return protocolName;
  }

  /** Tells whether a value follows the name. */
  public boolean hasValue() {
    return value != AddressValue.NONE;
  }

  AddressValue value() {
    return value;
  }

  @Override
  public String toString() {
    return protocolName;
  }
}
