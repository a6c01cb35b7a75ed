/**
 * Which values a DHT takes: {@link io.tributary.kademlia.value.ValueRules} for each namespace, and
 * {@link io.tributary.kademlia.value.SignedValue}, which serves most.
 */
@NullMarked
package io.tributary.kademlia.value;

import org.jspecify.annotations.NullMarked;
