package io.tributary.libp2p.security;

import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.Optional;

/**
 * The outcome of a handshake: who is at the far end, proven by a signature.
 *
 * @param remotePeer the peer's id, derived from {@code remoteKey}
 * @param remoteKey the peer's identity key
 * @param earlyMuxer the muxer agreed on inside the handshake; empty if it is still to be negotiated
 */
public record SecureSession(PeerId remotePeer, PublicKey remoteKey, Optional<String> earlyMuxer) {}
