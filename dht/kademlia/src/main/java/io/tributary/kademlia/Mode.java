package io.tributary.kademlia;

/** Whether a node answers others. */
public enum Mode {
  /** It asks only, as one does that others cannot reach or that lives for a short time. */
  CLIENT,
  /** It asks, answers, and keeps records of others. */
  SERVER
}
