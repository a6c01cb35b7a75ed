package io.tributary.libp2p.autonat;

/** What became of the dial that a server made for a peer. */
public enum DialStatus {
  /** Nothing was dialled, or the status is not known. */
  UNKNOWN(0),
  /** The address could not be reached. */
  DIAL_ERROR(100),
  /** The address was reached, but not the peer's answer there. */
  DIAL_BACK_ERROR(101),
  /** The peer was reached. */
  OK(200);

  private final int code;

  DialStatus(int code) {
    this.code = code;
  }

  /** The number that is sent. */
  public int code() {
    return code;
  }

  static DialStatus ofCode(int code) {
    for (DialStatus each : values()) {
      if (each.code == code) {
        return each;
      }
    }
    return UNKNOWN;
  }
}
