package io.tributary.libp2p.autonat;

/** Whether a server did what it was asked. */
public enum RequestStatus {
  /** It failed, or the status is not known. */
  INTERNAL_ERROR(0),
  /** It has no capacity for this peer, or none now. */
  REQUEST_REJECTED(100),
  /** It dials none of the addresses. */
  DIAL_REFUSED(101),
  /** It dialled. */
  OK(200);

  private final int code;

  RequestStatus(int code) {
    this.code = code;
  }

  /** The number that is sent. */
  public int code() {
    return code;
  }

  static RequestStatus ofCode(int code) {
    for (RequestStatus each : values()) {
      if (each.code == code) {
        return each;
      }
    }
    return INTERNAL_ERROR;
  }
}
