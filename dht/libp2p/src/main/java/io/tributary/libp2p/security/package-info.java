/**
 * What turns a raw channel into one whose bytes are secret and whose far end is known: the port
 * {@link io.tributary.libp2p.security.SecurityProtocol}, and what its implementations share.
 */
@NullMarked
package io.tributary.libp2p.security;

import org.jspecify.annotations.NullMarked;
