package io.tributary.libp2p.multiformats;

import static io.tributary.libp2p.multiformats.AddressProtocol.DNS;
import static io.tributary.libp2p.multiformats.AddressProtocol.DNS4;
import static io.tributary.libp2p.multiformats.AddressProtocol.DNS6;
import static io.tributary.libp2p.multiformats.AddressProtocol.DNSADDR;
import static io.tributary.libp2p.multiformats.AddressProtocol.IP4;
import static io.tributary.libp2p.multiformats.AddressProtocol.IP6;
import static io.tributary.libp2p.multiformats.AddressProtocol.IP6ZONE;
import static io.tributary.libp2p.multiformats.AddressProtocol.P2P;
import static io.tributary.libp2p.multiformats.AddressProtocol.P2P_CIRCUIT;
import static io.tributary.libp2p.multiformats.AddressProtocol.QUIC_V1;
import static io.tributary.libp2p.multiformats.AddressProtocol.TCP;
import static io.tributary.libp2p.multiformats.AddressProtocol.UDP;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TOO_LONG;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TRUNCATED;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network address that names every protocol on the way, such as {@code
 * /ip4/192.0.2.7/tcp/4001/p2p/12D3Koo...}.
 *
 * <pre>
 *   text     (/name[/value])+           /ip4/127.0.0.1/udp/1234/quic-v1
 *
 *   binary   +--------------+------------------------------+
 *            | code, varint | value, by protocol:          |  repeated
 *            |              |  fixed: that many bytes      |
 *            |              |  else:  length, varint; bytes|
 *            +--------------+------------------------------+
 *            04 7f000001  91 02 04d2  cd 03
 * </pre>
 *
 * Reading is strict and bounded by {@link #MAX_BYTES} and {@link #MAX_COMPONENTS}: an address is
 * equal to another exactly if their binary forms are. Immutable.
 *
 * @see <a href="https://github.com/multiformats/multiaddr">multiaddr</a>
 * @see <a href="https://github.com/libp2p/specs/blob/master/addressing/README.md">Addressing in
 *     libp2p</a>
 */
public final class Multiaddr {
  /** The longest binary form. */
  public static final int MAX_BYTES = 1024;

  /** The longest text that is read. */
  public static final int MAX_CHARS = 2048;

  /** The most components; a relayed WebTransport address has about ten. */
  public static final int MAX_COMPONENTS = 20;

  private final List<AddressComponent> components;
  private final byte[] bytes;
  private @Nullable String text;

  private Multiaddr(List<AddressComponent> components) {
    if (components.isEmpty()) {
      throw new MalformedFormatException(TRUNCATED, "an address has no component");
    }
    if (components.size() > MAX_COMPONENTS) {
      throw tooManyComponents();
    }
    int size = 0;
    for (AddressComponent component : components) {
      size += component.encodedBytes();
    }
    if (size > MAX_BYTES) {
      throw tooManyBytes(size);
    }
    this.components = List.copyOf(components);
    this.bytes = new byte[size];
    int at = 0;
    for (AddressComponent component : components) {
      at = component.write(bytes, at);
    }
  }

  /**
   * Makes an address of its components.
   *
   * @throws MalformedFormatException if there are none, or too many
   */
  public static Multiaddr of(List<AddressComponent> components) {
    return new Multiaddr(components);
  }

  /**
   * Reads a text.
   *
   * @throws MalformedFormatException if it is not an address this library knows
   */
  public static Multiaddr parse(String text) {
    if (text.length() > MAX_CHARS) {
      throw new MalformedFormatException(
          TOO_LONG,
          "an address has at most " + MAX_CHARS + " characters, this has " + text.length());
    }
    if (!text.startsWith("/")) {
      throw new MalformedFormatException(BAD_VALUE, "an address begins with a slash");
    }
    List<AddressComponent> components = new ArrayList<>();
    String[] parts = text.substring(1).split("/", -1);
    for (int i = 0; i < parts.length; ) {
      AddressProtocol protocol = AddressProtocol.ofName(parts[i++]);
      if (!protocol.hasValue()) {
        components.add(AddressComponent.of(protocol));
      } else if (i < parts.length) {
        components.add(AddressComponent.of(protocol, parts[i++]));
      } else {
        throw new MalformedFormatException(TRUNCATED, "the value of " + protocol + " is missing");
      }
      if (components.size() > MAX_COMPONENTS) {
        throw tooManyComponents();
      }
    }
    return new Multiaddr(components);
  }

  /**
   * Reads a binary form that fills an array.
   *
   * @throws MalformedFormatException if it is not an address this library knows
   */
  public static Multiaddr decode(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw tooManyBytes(bytes.length);
    }
    List<AddressComponent> components = new ArrayList<>(4);
    ByteCursor in = new ByteCursor(bytes);
    while (in.hasMore()) {
      components.add(AddressComponent.read(in));
      if (components.size() > MAX_COMPONENTS) {
        throw tooManyComponents();
      }
    }
    return new Multiaddr(components);
  }

  /** Reads one address of a peer's list, in which those that cannot be used are to be left out. */
  public static DecodedAddress tryDecode(byte[] bytes) {
    try {
      return new DecodedAddress.Usable(decode(bytes));
    } catch (MalformedFormatException e) {
      return new DecodedAddress.Skipped(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  /** Makes the address of a TCP socket: {@code /ip4/.../tcp/...}, or the same with ip6. */
  public static Multiaddr tcp(InetSocketAddress socket) {
    return ofSocket(socket, TCP);
  }

  /** Makes the address of a UDP socket: {@code /ip4/.../udp/...}, or the same with ip6. */
  public static Multiaddr udp(InetSocketAddress socket) {
    return ofSocket(socket, UDP);
  }

  /** Makes the address of QUIC on a UDP socket: {@code /ip4/.../udp/.../quic-v1}, or ip6. */
  public static Multiaddr quicV1(InetSocketAddress socket) {
    return udp(socket).with(AddressComponent.of(QUIC_V1));
  }

  private static Multiaddr ofSocket(InetSocketAddress socket, AddressProtocol portProtocol) {
    InetAddress ip = socket.getAddress();
    if (ip == null) {
      throw new IllegalArgumentException("a resolved socket address is needed, not " + socket);
    }
    List<AddressComponent> components = new ArrayList<>(3);
    if (ip instanceof Inet4Address) {
      components.add(AddressComponent.of(IP4, AddressValue.IP4.format(ip.getAddress())));
    } else {
      Inet6Address ip6 = (Inet6Address) ip;
      if (ip6.getScopeId() != 0) {
        components.add(AddressComponent.of(IP6ZONE, zoneOf(ip6)));
      }
      components.add(AddressComponent.of(IP6, AddressValue.IP6.format(ip.getAddress())));
    }
    components.add(AddressComponent.of(portProtocol, Integer.toString(socket.getPort())));
    return new Multiaddr(components);
  }

  private static String zoneOf(Inet6Address ip) {
    return ip.getScopedInterface() == null
        ? Integer.toString(ip.getScopeId())
        : ip.getScopedInterface().getName();
  }

  /** Returns the components, at least one. */
  public List<AddressComponent> components() {
    return components;
  }

  /** Returns the binary form in a new array. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** Tells whether a component has this protocol. */
  public boolean has(AddressProtocol protocol) {
    return first(protocol).isPresent();
  }

  /** Returns the leftmost component of this protocol. */
  public Optional<AddressComponent> first(AddressProtocol protocol) {
    for (AddressComponent component : components) {
      if (component.protocol() == protocol) {
        return Optional.of(component);
      }
    }
    return Optional.empty();
  }

  /** Returns the protocols from left to right, which is what a transport decides by. */
  public List<AddressProtocol> protocols() {
    return components.stream().map(AddressComponent::protocol).toList();
  }

  /** Returns this address followed by one more component. */
  public Multiaddr with(AddressComponent component) {
    List<AddressComponent> all = new ArrayList<>(components);
    all.add(component);
    return new Multiaddr(all);
  }

  /** Returns this address followed by another. */
  public Multiaddr encapsulate(Multiaddr inner) {
    List<AddressComponent> all = new ArrayList<>(components);
    all.addAll(inner.components);
    return new Multiaddr(all);
  }

  /**
   * Returns what is left of the rightmost component of a protocol; empty if nothing is, and this
   * address itself if it has no such component.
   */
  public Optional<Multiaddr> decapsulate(AddressProtocol protocol) {
    int at = protocols().lastIndexOf(protocol);
    return at < 0 ? Optional.of(this) : prefix(at);
  }

  /**
   * Returns what is left of the rightmost place where another address stands in this one; empty if
   * nothing is, and this address itself if the other is not in it.
   */
  public Optional<Multiaddr> decapsulate(Multiaddr inner) {
    int last = components.size() - inner.components.size();
    for (int at = last; at >= 0; at--) {
      if (components.subList(at, at + inner.components.size()).equals(inner.components)) {
        return prefix(at);
      }
    }
    return Optional.of(this);
  }

  private Optional<Multiaddr> prefix(int length) {
    return length == 0
        ? Optional.empty()
        : Optional.of(new Multiaddr(components.subList(0, length)));
  }

  /**
   * Returns the peer this address leads to.
   *
   * <p>{@code /ip4/.../p2p/R/p2p-circuit} leads to somebody behind relay R without saying who, so
   * it has none.
   */
  public Optional<PeerId> peerId() {
    for (int i = components.size() - 1; i >= 0; i--) {
      AddressComponent component = components.get(i);
      if (component.protocol() == P2P) {
        return Optional.of(PeerId.decode(component.valueBytes()));
      } else if (component.protocol() == P2P_CIRCUIT) {
        break;
      }
    }
    return Optional.empty();
  }

  /**
   * Returns this address with a peer at its end; itself if it leads to that peer already.
   *
   * @throws MalformedFormatException if it leads to another peer
   */
  public Multiaddr withPeerId(PeerId peer) {
    Optional<PeerId> present = peerId();
    if (present.isEmpty()) {
      return with(AddressComponent.of(P2P, peer.toString()));
    }
    if (!present.get().equals(peer)) {
      throw new MalformedFormatException(
          BAD_VALUE, "address " + this + " leads to another peer than " + peer);
    }
    return this;
  }

  /**
   * Returns this address without the peer at its end; itself if there is none, or if nothing else
   * is in it.
   */
  public Multiaddr withoutPeerId() {
    int last = components.size() - 1;
    return components.get(last).protocol() == P2P ? prefix(last).orElse(this) : this;
  }

  /** Tells whether this address leads through a relay. */
  public boolean isRelayed() {
    return has(P2P_CIRCUIT);
  }

  /** Returns the address of the (last) relay, if this leads through one that it names. */
  public Optional<Multiaddr> relay() {
    return isRelayed() ? decapsulate(P2P_CIRCUIT) : Optional.empty();
  }

  /** Tells whether this address begins with a name that has to be looked up first. */
  public boolean isName() {
    return hostName().isPresent();
  }

  /** Returns the name this address begins with, of {@code dns}, dns4, dns6 or dnsaddr. */
  public Optional<String> hostName() {
    AddressComponent host = components.get(0);
    return switch (host.protocol()) {
      case DNS, DNS4, DNS6, DNSADDR -> Optional.of(host.value());
      default -> Optional.empty();
    };
  }

  /**
   * Returns the socket that this address begins with, of an IP address and a TCP or UDP port; never
   * looks a name up.
   *
   * <p>Empty also if the address has an IPv6 zone that this host has not.
   */
  public Optional<InetSocketAddress> toSocketAddress() {
    Optional<InetAddress> ip = ip();
    int portAt = components.get(0).protocol() == IP6ZONE ? 2 : 1;
    if (ip.isEmpty() || portAt >= components.size()) {
      return Optional.empty();
    }
    AddressComponent port = components.get(portAt);
    return port.protocol() == TCP || port.protocol() == UDP
        ? Optional.of(new InetSocketAddress(ip.get(), port.port()))
        : Optional.empty();
  }

  private Optional<InetAddress> ip() {
    Optional<byte[]> ip = ipBytes();
    if (ip.isEmpty()) {
      return Optional.empty();
    }
    try {
      AddressComponent first = components.get(0);
      return Optional.of(
          first.protocol() == IP6ZONE
              // A literal, so nothing is looked up; only the zone is compared with our interfaces.
              ? InetAddress.getByName(AddressValue.IP6.format(ip.get()) + "%" + first.value())
              : InetAddress.getByAddress(ip.get()));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private Optional<byte[]> ipBytes() {
    AddressComponent host = components.get(0);
    if (host.protocol() == IP6ZONE && components.size() > 1) {
      host = components.get(1);
    }
    return host.protocol() == IP4 || host.protocol() == IP6
        ? Optional.of(host.valueBytes())
        : Optional.empty();
  }

  /** Returns how far the IP address reaches that this address begins with, if it does. */
  public Optional<IpScope> scope() {
    return ipBytes().map(IpScope::of);
  }

  /** Tells whether this address begins with an IP address of this host only. */
  public boolean isLoopback() {
    return scope().equals(Optional.of(IpScope.LOOPBACK));
  }

  /**
   * Tells whether this address begins with an IP address that only a network around us knows:
   * private, link-local, or behind the NAT of a provider. A loopback address is not private.
   */
  public boolean isPrivate() {
    return scope()
        .map(s -> s == IpScope.PRIVATE || s == IpScope.LINK_LOCAL || s == IpScope.SHARED)
        .orElse(false);
  }

  /** Tells whether this address begins with an IP address that all of the Internet reaches. */
  public boolean isPublic() {
    return scope().equals(Optional.of(IpScope.PUBLIC));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multiaddr that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Returns the text; {@link #parse} reads it back to an equal address. */
  @Override
  public String toString() {
    String known = text;
    if (known == null) {
      StringBuilder all = new StringBuilder();
      components.forEach(all::append);
      known = all.toString();
      text = known;
    }
    return known;
  }

  private static MalformedFormatException tooManyComponents() {
    return new MalformedFormatException(
        TOO_LONG, "an address has at most " + MAX_COMPONENTS + " components, this has more");
  }

  private static MalformedFormatException tooManyBytes(int size) {
    return new MalformedFormatException(
        TOO_LONG, "an address has at most " + MAX_BYTES + " bytes, this has " + size);
  }
}
