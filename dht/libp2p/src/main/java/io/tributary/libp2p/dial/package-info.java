/**
 * How one connection is made out of many addresses: names {@link
 * io.tributary.libp2p.dial.NameResolver resolved}, addresses {@link
 * io.tributary.libp2p.dial.AddressRanking ranked}, attempts {@link
 * io.tributary.libp2p.dial.DialRace raced}.
 */
@NullMarked
package io.tributary.libp2p.dial;

import org.jspecify.annotations.NullMarked;
