package io.tributary.launcher;

import io.tributary.cacher.store.StoreException;
import io.tributary.devnet.DevnetException;
import io.tributary.ledger.MalformedLedgerValueException;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.nodekit.config.ConfigException;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.publish.JournalLockedException;
import io.tributary.origin.publish.PublishException;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.retriever.client.DownloadException;
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
      if (failure instanceof DevnetException) {
        return new Failure(ExitCode.UNREACHABLE, message);
      }
      if (failure instanceof ConfigException) {
        return new Failure(ExitCode.CONFIG, message);
      }
      if (failure instanceof ChainException chain) {
        return new Failure(exitCode(chain.reason()), message);
      }
      if (failure instanceof io.tributary.reward.ChainException settlement) {
        return new Failure(exitCode(settlement.reason()), settlement.reason() + ": " + message);
      }
      if (failure instanceof PublishException publish) {
        return new Failure(exitCode(publish.reason()), message);
      }
      if (failure instanceof DownloadException download) {
        return new Failure(exitCode(download.reason()), download.reason() + ": " + message);
      }
      if (failure instanceof UpstreamException) {
        return new Failure(ExitCode.UNREACHABLE, message);
      }
      if (failure instanceof JournalLockedException) {
        return new Failure(ExitCode.LOCKED, message);
      }
      if (failure instanceof KeystoreException keystore) {
        return new Failure(exitCode(keystore.reason()), message);
      }
      if (failure instanceof JournalException journal) {
        return new Failure(exitCode(journal.reason()), message);
      }
      if (failure instanceof StoreException store) {
        return new Failure(exitCode(store.reason()), message);
      }
      if (failure instanceof MalformedLedgerValueException) {
        return new Failure(ExitCode.USAGE, message);
      }
      if (failure instanceof NoSuchFileException) {
        return new Failure(ExitCode.NOT_FOUND, "there is no file " + message);
      }
      if (failure instanceof IOException) {
        return new Failure(ExitCode.DISK, message);
      }
      return new Failure(ExitCode.SOFTWARE, "a bug of ours: " + failure);
    }

    private static ExitCode exitCode(ChainException.Reason reason) {
      return switch (reason) {
        case TIMEOUT -> ExitCode.TIMEOUT;
        case WRONG_NETWORK, REJECTED -> ExitCode.CONFIG;
        case MALFORMED_RESPONSE, MALFORMED_RECORD, TOO_LARGE -> ExitCode.INTEGRITY;
        case UNREACHABLE, HTTP_STATUS, RPC_ERROR, NONCE_TAKEN, POOL_FULL -> ExitCode.UNREACHABLE;
        case OVERLOADED, CLOSED -> ExitCode.SOFTWARE;
      };
    }

    private static ExitCode exitCode(io.tributary.reward.ChainException.Reason reason) {
      return switch (reason) {
        case UNREACHABLE -> ExitCode.UNREACHABLE;
        case NOT_MINED -> ExitCode.TIMEOUT;
        case WRONG_CHAIN -> ExitCode.CONFIG;
        case REVERTED, REFUSED, FEES_ABOVE_CEILING -> ExitCode.PAYMENT_REFUSED;
      };
    }

    private static ExitCode exitCode(DownloadException.Reason reason) {
      return switch (reason) {
        case UNKNOWN_FILE, REFUSED -> ExitCode.NOT_FOUND;
        case UNREACHABLE -> ExitCode.UNREACHABLE;
        case WRONG_BYTES -> ExitCode.INTEGRITY;
        case TOO_EXPENSIVE, PAYMENT_REFUSED -> ExitCode.PAYMENT_REFUSED;
        case NO_SUCH_RANGE -> ExitCode.USAGE;
        case DISK -> ExitCode.DISK;
        case LOCKED -> ExitCode.LOCKED;
        case STOPPED -> ExitCode.INTERRUPTED;
      };
    }

    private static ExitCode exitCode(KeystoreException.Reason reason) {
      return switch (reason) {
        case NOT_FOUND -> ExitCode.NOT_FOUND;
        case MALFORMED, WRONG_PASSWORD -> ExitCode.INTEGRITY;
        case NO_PASSWORD, TOO_OPEN, TOO_COSTLY -> ExitCode.CONFIG;
        case EXISTS -> ExitCode.USAGE;
        case IO_ERROR -> ExitCode.DISK;
      };
    }

    private static ExitCode exitCode(JournalException.Reason reason) {
      return switch (reason) {
        case LOCKED -> ExitCode.LOCKED;
        case DAMAGED -> ExitCode.INTEGRITY;
        case DISK_FULL, IO_ERROR -> ExitCode.DISK;
        case OVERLOADED, CLOSED -> ExitCode.SOFTWARE;
      };
    }

    private static ExitCode exitCode(StoreException.Reason reason) {
      return switch (reason) {
        case LOCKED -> ExitCode.LOCKED;
        case NOT_FOUND -> ExitCode.NOT_FOUND;
        case DAMAGED, GEOMETRY, JVM_FLAGS -> ExitCode.CONFIG;
        case DISK_FULL, IO_ERROR -> ExitCode.DISK;
      };
    }

    private static ExitCode exitCode(PublishException.Reason reason) {
      return switch (reason) {
        case FILE_CHANGED -> ExitCode.INTEGRITY;
        case NOT_ENOUGH_MINERS, MINER_FAILED, DECLARATION_LOST -> ExitCode.UNREACHABLE;
        case NOT_ACTIVE_IN_TIME -> ExitCode.TIMEOUT;
        case INTERRUPTED -> ExitCode.INTERRUPTED;
      };
    }
  }
}
