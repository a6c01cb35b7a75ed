package io.tributary.bench.nat;

import java.util.Arrays;
import java.util.Optional;

/** How a site's router translates and what it lets in. */
public enum NatKind {
  /** One mapping for each port of the site; lets everybody in. */
  FULL_CONE("full-cone", false, Inside.EVERYBODY),
  /** One mapping; lets in who has been sent to, from any port of his. */
  ADDRESS_RESTRICTED("address-restricted", false, Inside.KNOWN_ADDRESSES),
  /** One mapping; lets in only what answers. */
  PORT_RESTRICTED("port-restricted", false, Inside.ANSWERS),
  /** A mapping of its own for each destination; lets in only what answers. */
  SYMMETRIC("symmetric", true, Inside.ANSWERS),
  /** Two port-restricted routers, one behind the other, as under a provider's own NAT. */
  CGNAT("cgnat", false, Inside.ANSWERS);

  private enum Inside {
    EVERYBODY,
    KNOWN_ADDRESSES,
    ANSWERS
  }

  private final String label;
  private final boolean random;
  private final Inside inside;

  NatKind(String label, boolean random, Inside inside) {
    this.label = label;
    this.random = random;
    this.inside = inside;
  }

  /** What it is called on the command line and in reports. */
  public String label() {
    return label;
  }

  /** The kind of a label. */
  public static Optional<NatKind> of(String label) {
    return Arrays.stream(values()).filter(each -> each.label.equals(label)).findFirst();
  }

  /** Whether two sites can have a direct connection at all, by what is known of NATs. */
  public static boolean canMeet(NatKind one, NatKind other) {
    boolean oneStrict = one.inside == Inside.ANSWERS;
    boolean otherStrict = other.inside == Inside.ANSWERS;
    return !(one.random && otherStrict) && !(other.random && oneStrict);
  }

  /**
   * The rules of the router whose outer interface is {@code out} and whose inner one is {@code in}.
   *
   * <p>What nobody asked for is dropped at the router itself, too. Else the early packet of a peer
   * would take its entry in the table of connections, and the site's packet to that peer would go
   * out from another port.
   *
   * @param site the host behind it
   */
  String rules(String site) {
    String admitted =
        switch (inside) {
          case EVERYBODY -> "iifname out ip protocol {tcp,udp} dnat to " + site;
          case KNOWN_ADDRESSES ->
              "iifname out ip saddr @known ip protocol {tcp,udp} dnat to " + site;
          case ANSWERS -> "";
        };
    return """
        flush ruleset
        table ip lab {
          set known { type ipv4_addr; flags dynamic,timeout; timeout 2m; }
          chain c_pre { type nat hook prerouting priority dstnat; %s; }
          chain c_post { type nat hook postrouting priority srcnat; oifname out masquerade %s; }
          chain c_fwd { type filter hook forward priority filter; policy drop;
            iifname in add @known { ip daddr }
            ct state established,related accept; iifname in accept; ct status dnat accept; }
          chain c_inp { type filter hook input priority filter; policy drop;
            iifname in accept; iifname lo accept; ct state established,related accept; }
        }
        """
        .formatted(admitted, random ? "fully-random" : "");
  }
}
