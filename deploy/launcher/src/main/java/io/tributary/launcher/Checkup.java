package io.tributary.launcher;

import java.io.IOException;
import java.io.PrintWriter;

/**
 * Looks at one thing after the other and says of each how it is, a line each.
 *
 * <pre>
 * ok    disk        1.0 GiB of 80.2 GiB free
 * TIP   udp         rmem_max is 208.0 KiB: sysctl -w net.core.rmem_max=7500000
 * FIX   wallet      wallet.json can be read by others: chmod 600 wallet.json
 * </pre>
 *
 * <p>What must be mended is FIX, and makes {@link #verdict} other than OK. Not thread-safe.
 */
final class Checkup {
  private final PrintWriter out;
  private boolean isHealthy = true;

  /** Something to look at. What it returns is good news; what it throws is to be mended. */
  interface Look {
    String at() throws Exception;
  }

  /** Says what could be better, though it works. */
  static final class Advice extends Exception {
    private static final long serialVersionUID = 1L;

    Advice(String message) {
      super(message);
    }
  }

  Checkup(PrintWriter out) {
    this.out = out;
  }

  /** Looks. */
  void look(String what, Look look) {
    try {
      say("ok", what, look.at());
    } catch (Advice e) {
      say("TIP", what, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      isHealthy = false;
      say("FIX", what, "interrupted; run it again");
    } catch (Exception e) {
      // Whatever is wrong is what the operator asked for.
      isHealthy = false;
      Throwable cause = e instanceof IOException || e.getCause() == null ? e : e.getCause();
      say("FIX", what, cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }
  }

  private void say(String how, String what, String text) {
    out.printf("%-5s %-11s %s%n", how, what, text);
    out.flush();
  }

  /** What came of it all. */
  ExitCode verdict() {
    return isHealthy ? ExitCode.OK : ExitCode.CONFIG;
  }
}
