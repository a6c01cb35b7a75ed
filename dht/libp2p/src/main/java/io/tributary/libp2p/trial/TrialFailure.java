package io.tributary.libp2p.trial;

import io.tributary.libp2p.DialException;
import io.tributary.libp2p.dial.RaceLostException;
import io.tributary.libp2p.muxer.StreamRefusedException;
import io.tributary.libp2p.ping.PingMismatchException;
import io.tributary.libp2p.stream.Fault;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.Retry;
import io.tributary.libp2p.stream.StreamResetException;
import io.tributary.libp2p.upgrade.UpgradeException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a {@link TrialPeer} that failed.
 *
 * @param step what was tried, as in {@code dial}
 * @param reason why, by the name of the failing part's own reason
 * @param fault whose doing it was
 * @param retry whether to try again
 * @param message the same for people
 * @param causes where a dial failed at several addresses, each with its reason
 */
public record TrialFailure(
    String step, String reason, Fault fault, Retry retry, String message, List<String> causes) {

  /** The reason of a failure of input or output, as of a port that is taken. */
  public static final String IO_ERROR = "IO_ERROR";

  /** The reason of a failure that nobody foresaw. */
  public static final String INTERNAL_ERROR = "INTERNAL_ERROR";

  public TrialFailure {
    causes = List.copyOf(causes);
  }

  /** What an exception says. */
  public static TrialFailure of(String step, Throwable cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    if (cause instanceof DialException dial) {
      return new TrialFailure(
          step,
          dial.reason().name(),
          dial.reason().fault(),
          dial.reason().retry(),
          message,
          causes(dial.getCause()));
    }
    if (cause instanceof UpgradeException upgrade) {
      return plain(
          step, upgrade.step() + "/" + upgrade.reason(), upgrade.fault(), upgrade.retry(), message);
    }
    if (cause instanceof StreamResetException stream) {
      ResetReason reason = stream.reset().reason();
      return plain(step, reason.name(), reason.fault(), reason.retry(), message);
    }
    if (cause instanceof StreamRefusedException refused) {
      return plain(step, refused.reason().name(), Fault.SELF, Retry.LATER, message);
    }
    if (cause instanceof TrialException trial) {
      return plain(step, trial.reason().name(), Fault.PEER, Retry.NEVER, message);
    }
    if (cause instanceof PingMismatchException) {
      return plain(
          step, TrialException.Reason.OTHER_BYTES.name(), Fault.PEER, Retry.NEVER, message);
    }
    if (cause instanceof IOException) {
      return plain(step, IO_ERROR, Fault.SELF, Retry.LATER, message);
    }
    return plain(step, INTERNAL_ERROR, Fault.SELF, Retry.NEVER, cause.toString());
  }

  private static TrialFailure plain(
      String step, String reason, Fault fault, Retry retry, String message) {
    return new TrialFailure(step, reason, fault, retry, message, List.of());
  }

  private static List<String> causes(@Nullable Throwable cause) {
    if (!(cause instanceof RaceLostException lost)) {
      return List.of();
    }
    return lost.failures().entrySet().stream()
        .map(
            each -> {
              TrialFailure one = of("dial", each.getValue());
              String what = one.reason().equals(IO_ERROR) ? one.message() : one.reason();
              return each.getKey() + ": " + what;
            })
        .toList();
  }
}
