package io.tributary.launcher;

/**
 * What the command's exit code tells a script; part of the public interface and never renumbered.
 */
public enum ExitCode {
  /** Everything asked for was done. */
  OK(0),
  /** Tributary itself failed: a bug, worth a report. */
  SOFTWARE(1),
  /** The command line is wrong. */
  USAGE(2),
  /** A configuration file or network profile is wrong. */
  CONFIG(3),
  /** What was asked for does not exist. */
  NOT_FOUND(4),
  /** Bytes or signatures are not what they should be. */
  INTEGRITY(5),
  /** A chain, miner or node could not be reached. */
  UNREACHABLE(6),
  /** The time ran out. */
  TIMEOUT(7),
  /** A payment was refused or is not possible. */
  PAYMENT_REFUSED(8),
  /** A local disk or file failed. */
  DISK(9),
  /** Another process already uses the directory. */
  LOCKED(10),
  /** The user stopped it (Ctrl-C). */
  INTERRUPTED(130);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** Returns the number the process exits with. */
  public int code() {
    return code;
  }
}
