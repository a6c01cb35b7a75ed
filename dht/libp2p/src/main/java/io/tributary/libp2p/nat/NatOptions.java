package io.tributary.libp2p.nat;

import io.tributary.libp2p.autonat.AutoNat;
import io.tributary.libp2p.autonat.AutoNatLimits;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.dcutr.PunchOptions;
import io.tributary.libp2p.relay.RelayChooser;
import io.tributary.libp2p.relay.RelayLimits;
import java.util.Optional;

/**
 * What a host does to be reached, and for others.
 *
 * @param declared what the operator says of whether it can be dialled; empty to find out
 * @param relaying what it gives as a relay when it can be dialled; empty if nothing
 * @param serving what it gives as an AutoNAT server when it can be dialled
 * @param asking how it finds out whether it can be dialled
 * @param relays how it chooses relays when it can't
 * @param punching how it makes relayed connections direct
 */
public record NatOptions(
    Optional<Standing> declared,
    Optional<RelayLimits> relaying,
    AutoNatLimits serving,
    AutoNat.Options asking,
    RelayChooser.Options relays,
    PunchOptions punching) {

  /** No relay for others, and the defaults of all else. */
  public static NatOptions defaults() {
    return new NatOptions(
        Optional.empty(),
        Optional.empty(),
        AutoNatLimits.defaults(),
        AutoNat.Options.defaults(),
        RelayChooser.Options.defaults(),
        PunchOptions.defaults());
  }

  /** The same, and a relay for others. */
  public NatOptions relaying(RelayLimits limits) {
    return new NatOptions(declared, Optional.of(limits), serving, asking, relays, punching);
  }

  /** The same without finding out whether it can be dialled. */
  public NatOptions declared(Standing standing) {
    return new NatOptions(Optional.of(standing), relaying, serving, asking, relays, punching);
  }
}
