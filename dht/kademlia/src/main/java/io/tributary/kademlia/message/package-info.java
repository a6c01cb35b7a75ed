/**
 * What peers of a DHT say to each other: {@linkplain io.tributary.kademlia.message.Request
 * requests} and {@linkplain io.tributary.kademlia.message.Response responses}, not yet bytes.
 */
@NullMarked
package io.tributary.kademlia.message;

import org.jspecify.annotations.NullMarked;
