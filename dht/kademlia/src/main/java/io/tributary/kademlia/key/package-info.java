/**
 * Keys of a DHT and where they lie: {@link io.tributary.kademlia.key.DhtKey what} is looked up, and
 * its {@link io.tributary.kademlia.key.Position position} among all hashes.
 */
@NullMarked
package io.tributary.kademlia.key;

import org.jspecify.annotations.NullMarked;
