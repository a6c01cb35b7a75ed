package io.tributary.launcher;

import io.tributary.nodekit.config.ConfigException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Turns what ended a command into a sentence on standard error and an {@link ExitCode}.
 *
 * <p>Only a bug of ours shows a stack trace; {@code TRIBUTARY_TRACE=1} shows it always.
 */
final class Failures implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult parseResult) {
    Failure failed = Failure.of(failure);
    command.getErr().println(command.getColorScheme().errorText("tributary: " + failed.sentence()));
    if (failed.exitCode() == ExitCode.SOFTWARE || "1".equals(System.getenv("TRIBUTARY_TRACE"))) {
      failure.printStackTrace(command.getErr());
    }
    command.getErr().flush();
    return failed.exitCode().code();
  }

  /**
   * What to tell of an exception.
   *
   * @param exitCode what scripts are told
   * @param sentence what people are told
   */
  record Failure(ExitCode exitCode, String sentence) {
    static Failure of(Throwable failure) {
      String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
      if (failure instanceof CommandFailure command) {
        return new Failure(command.exitCode(), message);
      }
      if (failure instanceof ConfigException) {
        return new Failure(ExitCode.CONFIG, message);
      }
      if (failure instanceof NoSuchFileException) {
        return new Failure(ExitCode.NOT_FOUND, "there is no file " + message);
      }
      if (failure instanceof IOException) {
        return new Failure(ExitCode.DISK, message);
      }
      return new Failure(ExitCode.SOFTWARE, "a bug of ours: " + failure);
    }
  }
}
