package io.tributary.libp2p.identify;

/** What a NAT between this host and its peers makes of its port, as far as they tell. */
public enum NatMapping {
  /** Too few peers in different networks have told what they see. */
  UNKNOWN,
  /** Peers in different networks see one address: others can be told of it. */
  ENDPOINT_INDEPENDENT,
  /** Each network sees another one, so nobody can be told in advance which he will see. */
  ENDPOINT_DEPENDENT
}
