package io.tributary.bench.nat;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.PublicNetworks;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A host in the laboratory, in a process of its own. */
interface LabNode extends AutoCloseable {

  /** How long anything may take that is not measured. */
  Duration PATIENCE = Duration.ofSeconds(45);

  /** What it says first. */
  Map<String, ?> introduction();

  /** Carries out a command and returns what to answer. */
  Map<String, ?> carryOut(String... words) throws Exception;

  @Override
  void close() throws IOException;

  /** What counts as public in the laboratory. */
  static PublicNetworks networks() {
    return new PublicNetworks(NatLab.PUBLIC_BLOCKS.stream().map(IpPrefix::parse).toList());
  }

  /** The outcome of a future, waited for. */
  static <T> T await(Future<T> future) throws IOException {
    if (!future.awaitUninterruptibly(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException("not done within " + PATIENCE);
    }
    if (!future.isSuccess()) {
      throw new IOException(future.cause());
    }
    return future.getNow();
  }
}
