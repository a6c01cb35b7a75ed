/**
 * From a relayed connection to a direct one through both sides' NATs: the {@link
 * io.tributary.libp2p.dcutr.HolePuncher} and what it {@linkplain
 * io.tributary.libp2p.dcutr.PunchReport reports}.
 */
@NullMarked
package io.tributary.libp2p.dcutr;

import org.jspecify.annotations.NullMarked;
