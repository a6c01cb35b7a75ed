package io.tributary.bench.libp2p;

import java.util.Map;

/** One end of a measured connection, in a process of its own. */
interface Side extends AutoCloseable {

  /** Where it listens; for a client, where it connects to. */
  String address();

  /**
   * Carries out a command and returns what to answer.
   *
   * <ul>
   *   <li>{@code usage} answers a {@link Usage}
   *   <li>{@code connect} ends the connection and makes a new one; answers its {@code nanos}
   *   <li>{@code start N} has N streams receive until {@code stop}, which answers the {@code
   *       resets} that nobody asked for
   *   <li>{@code ping MILLIS} answers {@code p50Nanos} and {@code p99Nanos}
   *   <li>{@code opens N MILLIS} opens streams, N at once, and answers how many {@code perSecond}
   *       exchanged a byte
   * </ul>
   *
   * A server knows only the first.
   */
  Map<String, ?> carryOut(String command, long... arguments) throws Exception;

  @Override
  void close();
}
