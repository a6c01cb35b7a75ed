package io.tributary.libp2p.portmap;

/** Which of the two kinds of ports. */
public enum PortKind {
  TCP(6, 2),
  UDP(17, 1);

  private final int ipProtocol;
  private final int natPmpOpcode;

  PortKind(int ipProtocol, int natPmpOpcode) {
    this.ipProtocol = ipProtocol;
    this.natPmpOpcode = natPmpOpcode;
  }

  /** Its number in IP, by which PCP calls it. */
  int ipProtocol() {
    return ipProtocol;
  }

  /** What asks for one of it by NAT-PMP. */
  int natPmpOpcode() {
    return natPmpOpcode;
  }
}
