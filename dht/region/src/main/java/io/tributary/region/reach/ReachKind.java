package io.tributary.region.reach;

/** How a node is reached. The same word in its state, its logs and its operator's commands. */
public enum ReachKind {
  /** Others can dial it. */
  PUBLIC,
  /** Others can't dial it, and no relay leads to it. */
  BEHIND_NAT,
  /** Others can't dial it; they meet it at relays, and go on directly where both NATs let them. */
  RELAYED,
  /** Nobody has tried yet, or too few have. */
  UNKNOWN
}
