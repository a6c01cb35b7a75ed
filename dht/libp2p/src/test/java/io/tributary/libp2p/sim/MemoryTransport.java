package io.tributary.libp2p.sim;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.transport.Acceptor;
import io.tributary.libp2p.transport.DialTarget;
import io.tributary.libp2p.transport.Transport;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.transport.TransportListener;
import java.net.BindException;
import java.net.ConnectException;
import java.util.List;

/** Carries a host's connections over a simulation's network, by addresses as those of TCP. */
public final class MemoryTransport implements Transport {
  private final Simulation simulation;
  private final Multiaddr dialsFrom;

  /**
   * A transport.
   *
   * @param dialsFrom where its dials seem to come from
   */
  public MemoryTransport(Simulation simulation, Multiaddr dialsFrom) {
    this.simulation = simulation;
    this.dialsFrom = dialsFrom;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public boolean canDial(Multiaddr address) {
    List<AddressProtocol> protocols = address.protocols();
    return protocols.get(protocols.size() - 1) == AddressProtocol.TCP;
  }

  @Override
  public boolean canListen(Multiaddr address) {
    return canDial(address);
  }

  @Override
  public Future<TransportConnection> dial(DialTarget target) {
    Promise<TransportConnection> promise = simulation.loop().newPromise();
    simulation
        .loop()
        .schedule(
            () -> connect(target.address(), promise),
            simulation.network().delayNanos(),
            NANOSECONDS);
    return promise;
  }

  private void connect(Multiaddr address, Promise<TransportConnection> promise) {
    if (promise.isCancelled()) {
      return;
    }
    Bound listener = simulation.network().listener(address).orElse(null);
    if (listener == null) {
      promise.tryFailure(new ConnectException("nobody listens at " + address));
      return;
    }
    Link link = simulation.network().link(dialsFrom, address);
    link.listener().register();
    link.dialler().register();
    listener.accept(link.listener(), address, dialsFrom);
    TransportConnection connection =
        new TransportConnection.Raw(link.dialler(), dialsFrom, address, false, false);
    if (!promise.trySuccess(connection)) {
      connection.close();
    }
  }

  @Override
  public Future<TransportListener> listen(Multiaddr address, Acceptor acceptor) {
    Promise<TransportListener> promise = simulation.loop().newPromise();
    Bound bound = new Bound(address, acceptor);
    return simulation.network().bind(address, bound)
        ? promise.setSuccess(bound)
        : promise.setFailure(new BindException("in use: " + address));
  }

  /** A place where a host listens. */
  final class Bound implements TransportListener {
    private final Multiaddr address;
    private final Acceptor acceptor;
    private final Promise<Void> closed = simulation.loop().newPromise();

    Bound(Multiaddr address, Acceptor acceptor) {
      this.address = address;
      this.acceptor = acceptor;
    }

    void accept(MemoryChannel channel, Multiaddr local, Multiaddr remote) {
      if (acceptor.admits(remote.toSocketAddress().orElseThrow().getAddress())) {
        acceptor.accept(new TransportConnection.Raw(channel, local, remote, false, false));
      } else {
        channel.close();
      }
    }

    @Override
    public Multiaddr address() {
      return address;
    }

    @Override
    public Future<Void> closed() {
      return closed;
    }

    @Override
    public Future<Void> close() {
      simulation.network().unbind(address);
      closed.trySuccess(null);
      return closed;
    }
  }
}
