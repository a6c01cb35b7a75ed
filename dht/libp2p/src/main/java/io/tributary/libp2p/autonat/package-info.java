/**
 * Whether this host can be dialled, and where: the {@link
 * io.tributary.libp2p.autonat.AutoNatClient} that asks peers to try, the {@link
 * io.tributary.libp2p.autonat.AutoNatServer} that tries for others, and the {@link
 * io.tributary.libp2p.autonat.Reachability} that is judged from the answers.
 */
@NullMarked
package io.tributary.libp2p.autonat;

import org.jspecify.annotations.NullMarked;
