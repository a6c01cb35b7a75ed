package io.tributary.libp2p.transport;

import io.tributary.libp2p.multiformats.Multiaddr;
import java.io.IOException;
import java.util.Locale;

/** The failure to listen at an address. All of them are the operator's to mend. */
public final class ListenException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why a host cannot listen there. */
  public enum Reason {
    /** Somebody else does already; choose another port, or stop the other process. */
    ADDRESS_IN_USE("address already in use"),
    /** No network interface of this machine has the address; it may be the router's. */
    ADDRESS_NOT_HERE("cannot assign requested address"),
    /** The system reserves the port, as Linux does those below 1024 for privileged users. */
    NOT_PERMITTED("permission denied"),
    /** The system refuses in another way; the cause says how. */
    FAILED("");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    /** What the system's words mean: native and JDK sockets have only those in common. */
    static Reason of(Throwable cause) {
      String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      for (Reason reason : values()) {
        if (message.contains(reason.words)) {
          return reason;
        }
      }
      return FAILED;
    }
  }

  private final Reason reason;

  /**
   * A failure, told apart by what the system says.
   *
   * @param address where the host was to listen
   * @param cause what the system says
   */
  public ListenException(Multiaddr address, Throwable cause) {
    this(Reason.of(cause), address, cause);
  }

  private ListenException(Reason reason, Multiaddr address, Throwable cause) {
    super(reason + ": " + address + ": " + cause.getMessage(), cause);
    this.reason = reason;
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }
}
