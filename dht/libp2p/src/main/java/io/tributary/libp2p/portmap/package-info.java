/**
 * Ports of the home's gateway that lead to this host: the {@link
 * io.tributary.libp2p.portmap.PortMapping} that asks for them by PCP, NAT-PMP or UPnP, keeps them
 * and gives them back.
 */
@NullMarked
package io.tributary.libp2p.portmap;

import org.jspecify.annotations.NullMarked;
