package io.tributary.region.lookup;

import io.tributary.libp2p.stream.Retry;
import java.io.IOException;

/** The failure to learn a fragment's homes from a member. */
public final class HomesException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why there is no answer. */
  public enum Reason {
    /** The member cannot be reached, or the stream ended. */
    UNREACHABLE(Retry.ELSEWHERE),
    /** The member did not answer in time. */
    TIMED_OUT(Retry.ELSEWHERE),
    /** The member answers as many requests as it may. */
    BUSY(Retry.ELSEWHERE),
    /** The member is of another region. */
    OTHER_REGION(Retry.ELSEWHERE),
    /** The member says that the request is wrong. */
    BAD_REQUEST(Retry.NEVER),
    /** The answer cannot be read, or holds what was not asked for. */
    BAD_ANSWER(Retry.ELSEWHERE);

    private final Retry retry;

    Reason(Retry retry) {
      this.retry = retry;
    }

    /** Where to ask again. */
    public Retry retry() {
      return retry;
    }
  }

  private final Reason reason;

  HomesException(Reason reason, String message) {
    super(reason + ": " + message);
    this.reason = reason;
  }

  HomesException(Reason reason, String message, Throwable cause) {
    super(reason + ": " + message, cause);
    this.reason = reason;
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }
}
