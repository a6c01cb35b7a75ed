package io.tributary.launcher;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Asks before money moves. */
final class Consent {
  @Option(names = "--yes", description = "Do it without asking.")
  private boolean yes;

  /**
   * Says what is about to be done and asks for a yes.
   *
   * @throws CommandFailure if the answer is another, or nobody can be asked
   */
  void ask(PrintWriter err, String what) {
    err.println(what);
    err.flush();
    if (yes) {
      return;
    }
    Optional<Console> console =
        Terminal.isInteractive() ? Optional.ofNullable(System.console()) : Optional.empty();
    if (console.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE, "nothing is sent: there is no terminal to ask on; give --yes");
    }
    String answer = Optional.ofNullable(console.get().readLine("Go on? [y/N] ")).orElse("");
    if (!answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
      throw new CommandFailure(ExitCode.INTERRUPTED, "nothing is sent");
    }
  }
}
