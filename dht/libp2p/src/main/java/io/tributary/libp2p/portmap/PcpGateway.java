package io.tributary.libp2p.portmap;

import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A gateway that speaks PCP. A mapping is renewed and taken back by the nonce it was asked for
 * with, which nobody else on the network knows.
 */
final class PcpGateway implements Gateway {

  private record Inside(PortKind kind, int port) {}

  private final InetSocketAddress address;
  private final PortMapTimes times;
  private final SecureRandom random;
  private final LongSupplier nanoTime;
  private final Inet4Address self;
  private final EpochWatch epoch = EpochWatch.ofPcp();
  private final Map<Inside, byte[]> nonces = new HashMap<>();
  private boolean restarted;

  private PcpGateway(
      InetSocketAddress address,
      PortMapTimes times,
      SecureRandom random,
      LongSupplier nanoTime,
      Inet4Address self) {
    this.address = address;
    this.times = times;
    this.random = random;
    this.nanoTime = nanoTime;
    this.self = self;
  }

  /** Asks whether somebody there speaks PCP. */
  static PcpGateway find(
      InetSocketAddress address, PortMapTimes times, SecureRandom random, LongSupplier nanoTime)
      throws GatewayException {
    try (UdpExchange udp = UdpExchange.with(address)) {
      if (!(udp.self() instanceof Inet4Address self)) {
        throw new GatewayException(Reason.NOT_SPOKEN, address + " is not of IPv4");
      }
      PcpGateway found = new PcpGateway(address, times, random, nanoTime, self);
      found.askEpoch(udp);
      return found;
    }
  }

  @Override
  public MapProtocol protocol() {
    return MapProtocol.PCP;
  }

  @Override
  public InetAddress self() {
    return self;
  }

  private void askEpoch(UdpExchange udp) throws GatewayException {
    hear(udp.ask(PcpMessage.announce(self), times, PcpMessage::readAnnounced));
  }

  private void hear(long epochSeconds) {
    restarted |= epoch.hasRestarted(epochSeconds, nanoTime.getAsLong());
  }

  @Override
  public MappedPort map(PortWish wish) throws GatewayException {
    byte[] nonce = nonces.computeIfAbsent(inside(wish), key -> newNonce());
    PcpMessage.Mapped granted = ask(nonce, wish, wish.lease().toSeconds());
    hear(granted.epochSeconds());
    if (granted.lifetime().isZero() || granted.port() == 0) {
      throw new GatewayException(Reason.MALFORMED, "granted for no time, or no port");
    }
    return new MappedPort(
        wish.kind(), wish.internalPort(), granted.address(), granted.port(), granted.lifetime());
  }

  @Override
  public void unmap(MappedPort port) throws GatewayException {
    PortWish wish =
        new PortWish(port.kind(), port.internalPort(), port.externalPort(), Duration.ofSeconds(1));
    byte[] nonce = nonces.remove(inside(wish));
    if (nonce != null) {
      ask(nonce, wish, 0);
    }
  }

  private PcpMessage.Mapped ask(byte[] nonce, PortWish wish, long seconds) throws GatewayException {
    try (UdpExchange udp = UdpExchange.with(address)) {
      return udp.ask(
          PcpMessage.map(self, nonce, wish, seconds),
          times,
          datagram -> PcpMessage.readMapped(datagram, nonce, wish));
    }
  }

  @Override
  public boolean holds(List<MappedPort> ports) throws GatewayException {
    try (UdpExchange udp = UdpExchange.with(address)) {
      askEpoch(udp);
    }
    boolean forgotten = restarted;
    restarted = false;
    return !forgotten;
  }

  private static Inside inside(PortWish wish) {
    return new Inside(wish.kind(), wish.internalPort());
  }

  private byte[] newNonce() {
    byte[] nonce = new byte[PcpMessage.NONCE_BYTES];
    random.nextBytes(nonce);
    return nonce;
  }
}
