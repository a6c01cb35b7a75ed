/**
 * What a node keeps for others and for itself: {@link io.tributary.kademlia.store.ProviderStore},
 * {@link io.tributary.kademlia.store.ValueStore} and {@link io.tributary.kademlia.store.Errands}.
 * All hold their records in bounded memory, forget them by a {@link
 * io.tributary.kademlia.store.TimingWheel}, and write them behind to a {@link
 * io.tributary.kademlia.store.RecordFile}.
 */
@NullMarked
package io.tributary.kademlia.store;

import org.jspecify.annotations.NullMarked;
