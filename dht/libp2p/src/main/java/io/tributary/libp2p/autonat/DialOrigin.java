package io.tributary.libp2p.autonat;

/** Whence a server dialled, or would have, as a NAT sees it that lets in whom it knows. */
public enum DialOrigin {
  /** From an IP address to which this host has sent: that it gets in says little of others. */
  SAME_ADDRESS,
  /** From one to which it has not: if that gets in, everybody does. */
  OTHER_ADDRESS
}
