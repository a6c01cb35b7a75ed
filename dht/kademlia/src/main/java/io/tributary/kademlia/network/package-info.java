/**
 * The port by which a DHT speaks with peers: {@link io.tributary.kademlia.network.KademliaNetwork}
 * outward, {@link io.tributary.kademlia.network.KademliaService} inward. Real streams and the
 * simulator both stand behind it.
 */
@NullMarked
package io.tributary.kademlia.network;

import org.jspecify.annotations.NullMarked;
