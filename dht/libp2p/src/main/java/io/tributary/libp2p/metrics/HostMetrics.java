package io.tributary.libp2p.metrics;

import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Direction;
import io.tributary.libp2p.identify.IdentifyRejection;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.limits.ScopeKind;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.stream.ResetReason;
import java.util.Optional;

/**
 * Where a host reports what can be counted. Called on event loops: implementations are quick and
 * thread-safe. Protocol ids are of protocols this host answers or asked for, so their number is
 * small.
 */
public interface HostMetrics {

  /** Counts nothing. */
  HostMetrics NONE = new HostMetrics() {};

  /** A connection has been established. */
  default void connectionOpened(Connection connection) {}

  /** A connection has ended. */
  default void connectionClosed(Connection connection, CloseReason reason) {}

  /** An inbound connection was turned away. */
  default void inboundRefused(RefusalReason reason) {}

  /**
   * A channel did not become a connection.
   *
   * @param step the name of the upgrade's step
   * @param reason the name of the step's reason
   */
  default void upgradeFailed(Direction direction, String step, String reason) {}

  /** A peer could not be reached; the reason's name is that of {@code DialException.Reason}. */
  default void dialFailed(String reason) {}

  /** A stream has a protocol. */
  default void streamOpened(Direction direction, String protocol) {}

  /** A stream has ended that never got a protocol, or not within the limits. */
  default void streamRefused(Direction direction, ResetReason reason) {}

  /** A stream has ended that had a protocol; in order if there is no reason. */
  default void streamEnded(Direction direction, String protocol, Optional<ResetReason> reason) {}

  /** Something that a peer said of itself was not taken. */
  default void identifyRejected(IdentifyRejection reason) {}

  /** A limit refused something. */
  default void limitReached(ScopeKind scope, Resource resource) {}
}
