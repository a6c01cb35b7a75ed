/**
 * The DHT on libp2p streams: {@link io.tributary.kademlia.stream.KademliaNode} puts a DHT on a
 * host; {@link io.tributary.kademlia.stream.MessageCodec} knows the bytes.
 */
@NullMarked
package io.tributary.kademlia.stream;

import org.jspecify.annotations.NullMarked;
