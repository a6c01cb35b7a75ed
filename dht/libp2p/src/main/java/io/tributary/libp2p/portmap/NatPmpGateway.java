package io.tributary.libp2p.portmap;

import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** A gateway that speaks NAT-PMP. */
final class NatPmpGateway implements Gateway {

  private final InetSocketAddress address;
  private final PortMapTimes times;
  private final LongSupplier nanoTime;
  private final InetAddress self;
  private final EpochWatch epoch = EpochWatch.ofNatPmp();
  private boolean restarted;
  private Inet4Address outside;

  private NatPmpGateway(
      InetSocketAddress address,
      PortMapTimes times,
      LongSupplier nanoTime,
      InetAddress self,
      NatPmpMessage.Outside first) {
    this.address = address;
    this.times = times;
    this.nanoTime = nanoTime;
    this.self = self;
    this.outside = first.address();
    hear(first.epochSeconds());
  }

  /** Asks whether somebody there speaks NAT-PMP. */
  static NatPmpGateway find(InetSocketAddress address, PortMapTimes times, LongSupplier nanoTime)
      throws GatewayException {
    try (UdpExchange udp = UdpExchange.with(address)) {
      NatPmpMessage.Outside first =
          udp.ask(NatPmpMessage.address(), times, NatPmpMessage::readAddress);
      return new NatPmpGateway(address, times, nanoTime, udp.self(), first);
    }
  }

  @Override
  public MapProtocol protocol() {
    return MapProtocol.NAT_PMP;
  }

  @Override
  public InetAddress self() {
    return self;
  }

  private void hear(long epochSeconds) {
    restarted |= epoch.hasRestarted(epochSeconds, nanoTime.getAsLong());
  }

  @Override
  public MappedPort map(PortWish wish) throws GatewayException {
    NatPmpMessage.Mapped granted = ask(wish, wish.lease().toSeconds());
    hear(granted.epochSeconds());
    if (granted.lifetime().isZero() || granted.port() == 0) {
      throw new GatewayException(Reason.MALFORMED, "granted for no time, or no port");
    }
    return new MappedPort(
        wish.kind(), wish.internalPort(), outside, granted.port(), granted.lifetime());
  }

  @Override
  public void unmap(MappedPort port) throws GatewayException {
    ask(
        new PortWish(port.kind(), port.internalPort(), port.externalPort(), Duration.ofSeconds(1)),
        0);
  }

  private NatPmpMessage.Mapped ask(PortWish wish, long seconds) throws GatewayException {
    try (UdpExchange udp = UdpExchange.with(address)) {
      return udp.ask(
          NatPmpMessage.map(wish, seconds),
          times,
          datagram -> NatPmpMessage.readMapped(datagram, wish));
    }
  }

  @Override
  public boolean holds(List<MappedPort> ports) throws GatewayException {
    try (UdpExchange udp = UdpExchange.with(address)) {
      NatPmpMessage.Outside now =
          udp.ask(NatPmpMessage.address(), times, NatPmpMessage::readAddress);
      hear(now.epochSeconds());
      boolean same = !restarted && now.address().equals(outside);
      restarted = false;
      outside = now.address();
      return same;
    }
  }
}
