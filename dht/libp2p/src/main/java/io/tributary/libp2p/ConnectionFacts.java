package io.tributary.libp2p;

import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.SecureSession;

/** What is settled about a connection when it is established. */
record ConnectionFacts(
    Direction direction,
    String transport,
    String security,
    String muxer,
    Multiaddr localAddress,
    Multiaddr remoteAddress,
    boolean limited,
    SecureSession session) {}
