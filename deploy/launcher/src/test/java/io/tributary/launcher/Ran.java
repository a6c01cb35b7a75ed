package io.tributary.launcher;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * What a command did.
 *
 * @param exitCode the exit code
 * @param out what it printed for programs
 * @param err what it printed for people
 */
record Ran(int exitCode, String out, String err) {
  /** Runs a command in this process. */
  static Ran tributary(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Tributary.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = command.execute(args);
    return new Ran(exitCode, out.toString(), err.toString());
  }
}
