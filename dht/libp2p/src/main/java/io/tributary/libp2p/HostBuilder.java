package io.tributary.libp2p;

import io.tributary.libp2p.dial.DnsResolver;
import io.tributary.libp2p.dial.NameResolver;
import io.tributary.libp2p.identify.ObservedAddresses;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.AccessList;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.limits.ResourceLimits;
import io.tributary.libp2p.limits.Resources;
import io.tributary.libp2p.metrics.HostMetrics;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.muxer.ReceiveBudget;
import io.tributary.libp2p.muxer.SendBudget;
import io.tributary.libp2p.muxer.StreamMuxer;
import io.tributary.libp2p.portmap.PortMapOptions;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.CertificateRotation;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.security.tls.TlsProvider;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.Transport;
import io.tributary.libp2p.transport.quic.QuicOptions;
import io.tributary.libp2p.transport.quic.QuicTransport;
import io.tributary.libp2p.transport.tcp.TcpTransport;
import io.tributary.libp2p.upgrade.Upgrader;
import io.tributary.libp2p.yamux.YamuxMuxer;
import io.tributary.libp2p.yamux.YamuxOptions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Collects what a {@link Host} is made of. Each method returns this builder. */
public final class HostBuilder {

  /** Default rate of inbound handshakes per block of addresses, per second. */
  public static final double DEFAULT_HANDSHAKES_PER_SECOND = 20;

  /** Default burst of inbound handshakes per block of addresses. */
  public static final int DEFAULT_HANDSHAKE_BURST = 200;

  /** Default of what the host calls its family of protocols. */
  public static final String DEFAULT_PROTOCOL_VERSION = "ipfs/0.1.0";

  /** Default of what the host calls its software. */
  public static final String DEFAULT_AGENT_VERSION = "tributary-libp2p";

  private final PrivateKey identity;
  private final List<Multiaddr> listenOn = new ArrayList<>();
  private final List<Function<IoEngine, Transport>> transports = new ArrayList<>();
  private final List<SecurityProtocol> securities = new ArrayList<>();
  private Optional<PortMapOptions> portMapping = Optional.empty();
  private Optional<IoEngine> io = Optional.empty();
  private Optional<StreamMuxer> muxer = Optional.empty();
  private ResourceLimits limits = ResourceLimits.defaults();
  private HostTimes times = HostTimes.defaults();
  private HostMetrics metrics = HostMetrics.NONE;
  private Function<IoEngine, NameResolver> resolver = DnsResolver::new;
  private InstantSource clock = InstantSource.system();
  private double handshakesPerSecond = DEFAULT_HANDSHAKES_PER_SECOND;
  private int handshakeBurst = DEFAULT_HANDSHAKE_BURST;
  private String protocolVersion = DEFAULT_PROTOCOL_VERSION;
  private String agentVersion = DEFAULT_AGENT_VERSION;
  private PublicNetworks publicNetworks = PublicNetworks.INTERNET;
  private int observers = ObservedAddresses.DEFAULT_THRESHOLD;
  private long lentBytes = Long.MAX_VALUE;

  HostBuilder(PrivateKey identity) {
    this.identity = identity;
  }

  /** Adds an address to listen at; port 0 takes any. */
  public HostBuilder listen(Multiaddr address) {
    listenOn.add(address);
    return this;
  }

  /**
   * Adds a transport; the first are tried first. Without any the host has TCP, then QUIC where its
   * native library works.
   */
  public HostBuilder transport(Function<IoEngine, Transport> factory) {
    transports.add(factory);
    return this;
  }

  /** Adds a security protocol; the first is preferred. Without any the host has TLS, then Noise. */
  public HostBuilder security(SecurityProtocol security) {
    securities.add(security);
    return this;
  }

  /** Sets the muxer, Yamux by default. */
  public HostBuilder muxer(StreamMuxer value) {
    this.muxer = Optional.of(value);
    return this;
  }

  /** Sets the event loops, which then outlive the host. By default it has its own. */
  public HostBuilder io(IoEngine value) {
    this.io = Optional.of(value);
    return this;
  }

  /** Sets the limits on connections and streams. */
  public HostBuilder limits(ResourceLimits value) {
    this.limits = value;
    return this;
  }

  /** Sets deadlines and delays. */
  public HostBuilder times(HostTimes value) {
    this.times = value;
    return this;
  }

  /** Sets where counts go. */
  public HostBuilder metrics(HostMetrics value) {
    this.metrics = value;
    return this;
  }

  /** Sets who resolves names, DNS by default. */
  public HostBuilder resolver(Function<IoEngine, NameResolver> value) {
    this.resolver = value;
    return this;
  }

  /** Has the ports that the host listens at mapped at its gateway; by default they are not. */
  public HostBuilder portMapping(PortMapOptions value) {
    this.portMapping = Optional.of(value);
    return this;
  }

  /** Sets the clock, the system's by default. Deadlines go by the event loops' own. */
  public HostBuilder clock(InstantSource value) {
    this.clock = value;
    return this;
  }

  /** Sets how often one block of addresses may connect: at a rate, after a burst. */
  public HostBuilder inboundRate(double perSecond, int burst) {
    this.handshakesPerSecond = perSecond;
    this.handshakeBurst = burst;
    return this;
  }

  /** Sets what the host calls its family of protocols and its software. */
  public HostBuilder versions(String protocol, String agent) {
    this.protocolVersion = protocol;
    this.agentVersion = agent;
    return this;
  }

  /** Sets how many networks must agree on an address of this host before it is believed. */
  public HostBuilder observers(int threshold) {
    this.observers = threshold;
    return this;
  }

  /** Sets which addresses count as reachable from everywhere, those of the Internet by default. */
  public HostBuilder publicNetworks(PublicNetworks value) {
    this.publicNetworks = value;
    return this;
  }

  /**
   * Sets how many bytes of streams, in both directions together, a connection over a relay may have
   * carried and still take streams. What runs there at all is what {@link Host#handle(String,
   * ProtocolHandler, boolean)} says; by default only the relay itself limits it.
   */
  public HostBuilder lentBytes(long value) {
    this.lentBytes = value;
    return this;
  }

  /** What a host is made of. */
  record Assembled(
      PrivateKey identity,
      HostParts parts,
      boolean ownsIo,
      List<Multiaddr> listenOn,
      NameResolver resolver,
      double handshakesPerSecond,
      int handshakeBurst,
      String protocolVersion,
      String agentVersion,
      int observers,
      Optional<PortMapOptions> portMapping) {}

  private static List<Transport> defaultTransports(
      IoEngine engine, CertificateRotation certificates, ReceiveBudget held, SendBudget queued) {
    Transport tcp = new TcpTransport(engine);
    return QuicTransport.isAvailable()
        ? List.of(
            tcp, new QuicTransport(engine, certificates, QuicOptions.defaults(), held, queued))
        : List.of(tcp);
  }

  /** The host, not started yet. */
  public Host build() {
    IoEngine engine = io.orElseGet(IoEngine::start);
    CertificateRotation certificates =
        new CertificateRotation(identity, InstantSource.system(), new SecureRandom());
    ReceiveBudget held = ReceiveBudget.ofDefaultSize();
    SendBudget queued = SendBudget.ofDefaultSize();
    StreamMuxer muxing =
        muxer.orElseGet(() -> new YamuxMuxer(YamuxOptions.defaults(), held, queued));
    List<Transport> built =
        transports.isEmpty()
            ? defaultTransports(engine, certificates, held, queued)
            : transports.stream().map(factory -> factory.apply(engine)).toList();
    List<SecurityProtocol> secured =
        securities.isEmpty()
            ? List.of(
                new TlsProtocol(
                    certificates,
                    TlsProvider.preferred(),
                    SecurityProtocol.DEFAULT_HANDSHAKE_DEADLINE),
                new NoiseProtocol(identity))
            : List.copyOf(securities);
    HostParts parts =
        new HostParts(
            identity.peerId(),
            engine,
            new CopyOnWriteArrayList<>(built),
            new Upgrader(secured, List.of(muxing), times.upgradeNegotiation()),
            muxing,
            new ProtocolTable(),
            new Resources(limits, metrics::limitReached),
            new AccessList(),
            metrics,
            times,
            clock,
            publicNetworks,
            new ExpectedPeers(),
            lentBytes);
    return new Host(
        new Assembled(
            identity,
            parts,
            io.isEmpty(),
            List.copyOf(listenOn),
            resolver.apply(engine),
            handshakesPerSecond,
            handshakeBurst,
            protocolVersion,
            agentVersion,
            observers,
            portMapping));
  }
}
