package io.tributary.reward.dev;

import io.tributary.ledger.EvmAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A development chain of its own: anvil, of Cancun rules, in a process that ends with this one,
 * however this one ends.
 *
 * <p>The chain's number is {@link #CHAIN_ID}. It has no accounts of its own, whose keys everybody
 * would know: coins are {@linkplain #setCoins given} to accounts that somebody has keys of.
 * Thread-safe.
 */
public final class AnvilProcess implements AutoCloseable {

  /*
   * How it ends with its parent
   * ---------------------------
   * A shell stands between, and waits for the end of its input, which is a pipe from this process.
   * The kernel closes the pipe whatever this process dies of, kill -9 too, and the shell ends anvil.
   * Its output is anvil's alone, so that the end of anvil shows here as the end of output.
   */

  /** The number of each such chain. */
  public static final long CHAIN_ID = 31_337;

  private static final String END_WITH_INPUT =
      "\"$@\" & child=$!; exec >/dev/null; cat >/dev/null; kill $child 2>/dev/null; wait $child";

  private static final Pattern LISTENING = Pattern.compile("Listening on \\S+:(\\d+)");
  private static final int STOP_TIMEOUT_SECONDS = 10;
  private static final int STATE_INTERVAL_SECONDS = 10;

  private final Process shell;
  private final URI url;
  private final DevRpc rpc;

  private AnvilProcess(Process shell, URI url) {
    this.shell = shell;
    this.url = url;
    this.rpc = new DevRpc(url);
  }

  /**
   * How the chain runs.
   *
   * @param blockSeconds a block each so many seconds; empty for one with each transaction
   * @param port 0 for a free one
   * @param state a file in which the chain is kept from one process to the next; empty to forget it
   * @param isOpenToOthers whether other machines can reach it; else it is on loopback
   */
  public record Options(
      OptionalInt blockSeconds, int port, Optional<Path> state, boolean isOpenToOthers) {
    /** On loopback. */
    public Options(OptionalInt blockSeconds, int port, Optional<Path> state) {
      this(blockSeconds, port, state, false);
    }

    /** A block with each transaction, a free port, nothing kept. */
    public static Options defaults() {
      return new Options(OptionalInt.empty(), 0, Optional.empty());
    }
  }

  /**
   * Starts a chain, and waits until it answers.
   *
   * @param tools a directory with npm's anvil, such as {@code reward-contract}; in a directory that
   *     does not exist, or was made by this, npm installs it, which takes seconds
   * @throws IOException if anvil cannot be installed or ends at once
   */
  public static AnvilProcess start(Path tools, Options options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", END_WITH_INPUT, "anvil"));
    command.add(AnvilBinary.in(tools).toString());
    command.addAll(List.of("--port", Integer.toString(options.port())));
    command.addAll(List.of("--host", options.isOpenToOthers() ? "0.0.0.0" : "127.0.0.1"));
    command.addAll(List.of("--hardfork", "cancun", "--accounts", "0"));
    options
        .blockSeconds()
        .ifPresent(each -> command.addAll(List.of("--block-time", Integer.toString(each))));
    options
        .state()
        .ifPresent(
            each ->
                command.addAll(
                    List.of(
                        "--state",
                        each.toAbsolutePath().toString(),
                        "--state-interval",
                        Integer.toString(STATE_INTERVAL_SECONDS))));
    Process shell =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader out = shell.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        drain(out);
        return new AnvilProcess(shell, URI.create("http://127.0.0.1:" + listening.group(1)));
      }
    }
    shell.destroyForcibly();
    throw new IOException(
        "anvil does not start"
            + (options.port() == 0 ? "" : ": is port " + options.port() + " free?"));
  }

  /** Reads what anvil says and throws it away, so that it never waits for a reader. */
  private static void drain(BufferedReader out) {
    Thread drain =
        new Thread(
            () -> {
              try {
                out.transferTo(Writer.nullWriter());
              } catch (IOException e) {
                // The end of the process is the end of its output.
                return;
              }
            },
            "anvil-output");
    drain.setDaemon(true);
    drain.start();
  }

  /** Where it answers JSON-RPC over HTTP, on this machine. */
  public URI url() {
    return url;
  }

  /** Asks it to do what only a development chain does, such as {@code evm_increaseTime}. */
  public DevRpc rpc() {
    return rpc;
  }

  /** Sets what an account has of the chain's coin, in wei. */
  public void setCoins(EvmAddress account, BigInteger wei) throws IOException {
    rpc.ask("anvil_setBalance", account.toString(), "0x" + wei.toString(16));
  }

  /** Makes empty blocks. */
  public void mine(int blocks) throws IOException {
    rpc.ask("anvil_mine", "0x" + Integer.toHexString(blocks));
  }

  /**
   * Has it fall silent, as a chain that hangs: it takes connections and requests and answers none
   * until it is to {@link #resume}.
   */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Has it go on after a {@link #pause}. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    for (ProcessHandle each : shell.descendants().toList()) {
      new ProcessBuilder("kill", "-" + name, Long.toString(each.pid())).start().waitFor();
    }
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return shell.isAlive() && shell.descendants().count() > 0;
  }

  /** Ends the chain and waits for its end. */
  @Override
  public void close() {
    List<ProcessHandle> all = shell.descendants().toList();
    try {
      // One that is paused would not hear that it is to end.
      resume();
      shell.getOutputStream().close();
      if (shell.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (IOException e) {
      // The pipe is closed already.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all.forEach(ProcessHandle::destroyForcibly);
    shell.destroyForcibly();
  }
}
