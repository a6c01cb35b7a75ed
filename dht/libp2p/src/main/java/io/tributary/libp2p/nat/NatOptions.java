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
 * @param serving what it gives as an AutoNAT server when it can be dialled; empty if nothing
 * @param asking how it finds out whether it can be dialled
 * @param relays how it chooses relays when it can't; empty to use none
 * @param punching how it makes relayed connections direct; empty not to
 */
public record NatOptions(
    Optional<Standing> declared,
    Optional<RelayLimits> relaying,
    Optional<AutoNatLimits> serving,
    AutoNat.Options asking,
    Optional<RelayChooser.Options> relays,
    Optional<PunchOptions> punching) {

  /** No relay for others, and the defaults of all else. */
  public static NatOptions defaults() {
    return new NatOptions(
        Optional.empty(),
        Optional.empty(),
        Optional.of(AutoNatLimits.defaults()),
        AutoNat.Options.defaults(),
        Optional.of(RelayChooser.Options.defaults()),
        Optional.of(PunchOptions.defaults()));
  }

  /** The same, and a relay for others. */
  public NatOptions relaying(RelayLimits limits) {
    return new NatOptions(declared, Optional.of(limits), serving, asking, relays, punching);
  }

  /** The same without finding out whether it can be dialled. */
  public NatOptions declared(Standing standing) {
    return new NatOptions(Optional.of(standing), relaying, serving, asking, relays, punching);
  }

  /** The same with other ways to be an AutoNAT server, if any. */
  public NatOptions serving(Optional<AutoNatLimits> limits) {
    return new NatOptions(declared, relaying, limits, asking, relays, punching);
  }

  /** The same with another way to choose relays, if any. */
  public NatOptions relays(Optional<RelayChooser.Options> options) {
    return new NatOptions(declared, relaying, serving, asking, options, punching);
  }

  /** The same with another way to punch, if any. */
  public NatOptions punching(Optional<PunchOptions> options) {
    return new NatOptions(declared, relaying, serving, asking, relays, options);
  }
}
