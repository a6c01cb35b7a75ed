/**
 * The Kademlia DHT: {@link io.tributary.kademlia.Dht} finds peers, providers of content and values,
 * and {@link io.tributary.kademlia.Kademlia} is the node that does it and answers others.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/kad-dht/README.md">libp2p Kademlia
 *     DHT</a>
 */
@NullMarked
package io.tributary.kademlia;

import org.jspecify.annotations.NullMarked;
