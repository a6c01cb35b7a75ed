package io.tributary.libp2p.limits;

/** What is counted. The name is the same in code, logs and metrics. */
public enum Resource {
  /** Connections that peers opened, from the first byte on. */
  INBOUND_CONNECTIONS,
  /** Connections that this host opened. */
  OUTBOUND_CONNECTIONS,
  /** Streams that peers opened. */
  INBOUND_STREAMS,
  /** Streams that this host opened. */
  OUTBOUND_STREAMS
}
