/**
 * What a host knows of peers: {@link io.tributary.libp2p.peers.AddressBook where} they are, {@link
 * io.tributary.libp2p.peers.PeerInfo what} they say of themselves, and how much {@link
 * io.tributary.libp2p.peers.PeerTags worth} they are to it.
 */
@NullMarked
package io.tributary.libp2p.peers;

import org.jspecify.annotations.NullMarked;
