package io.tributary.libp2p;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.transport.IoEngine;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Hosts on loopback, stopped together. */
public final class TestHosts implements AutoCloseable {
  public static final Multiaddr LOOPBACK = Multiaddr.parse("/ip4/127.0.0.1/tcp/0");

  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 2);
  private final List<Host> hosts = new ArrayList<>();

  public IoEngine io() {
    return io;
  }

  /** A host that listens on loopback. */
  public Host listening(Function<PrivateKey, SecurityProtocol> security) {
    return start(security, builder -> builder.listen(LOOPBACK));
  }

  /** A host that only dials. */
  public Host dialling(Function<PrivateKey, SecurityProtocol> security) {
    return start(security, builder -> builder);
  }

  public Host start(
      Function<PrivateKey, SecurityProtocol> security, UnaryOperator<HostBuilder> customize) {
    PrivateKey key = PrivateKey.generate(new SecureRandom());
    Host host = customize.apply(Host.builder(key).io(io).security(security.apply(key))).build();
    hosts.add(host);
    await(host.start());
    return host;
  }

  /** Where a host listens, with its id. */
  public static Multiaddr addressOf(Host host) {
    return host.listenAddresses().iterator().next().withPeerId(host.peerId());
  }

  public static Connection connect(Host from, Host to) {
    return await(from.connect(addressOf(to)));
  }

  /** The outcome of a future, waited for at most a while. */
  public static <T> T await(Future<T> future) {
    if (!future.awaitUninterruptibly(20, TimeUnit.SECONDS)) {
      throw new AssertionError("not done in time");
    }
    if (!future.isSuccess()) {
      throw new AssertionError(future.cause());
    }
    return future.getNow();
  }

  @Override
  public void close() {
    hosts.forEach(Host::close);
    io.close();
  }
}
