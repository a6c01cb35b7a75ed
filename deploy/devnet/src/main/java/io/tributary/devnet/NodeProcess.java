package io.tributary.devnet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A node of a devnet that runs in a process of its own.
 *
 * <p>A node says that it is ready by a line of JSON on its standard output; that line tells its
 * endpoints. Everything else it says goes to its log. Safe for use by many threads.
 */
public final class NodeProcess {
  /**
   * A shell that ends the node when its input ends: a pipe from this process, which the kernel
   * closes whatever this process dies of.
   */
  private static final String END_WITH_INPUT =
      "\"$@\" & child=$!; exec >/dev/null; cat >/dev/null; kill $child 2>/dev/null; wait $child";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LOG_LINES_SHOWN = 12;

  private final String name;
  private final Process process;
  private final Path log;
  private final CompletableFuture<JsonNode> ready = new CompletableFuture<>();

  private NodeProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a process; it is not ready yet.
   *
   * @param log what it says is added to this file
   * @throws IOException if the program cannot be started
   */
  static NodeProcess start(String name, List<String> command, Path log) throws IOException {
    List<String> whole = new ArrayList<>(List.of("sh", "-c", END_WITH_INPUT, name));
    whole.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(whole).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    NodeProcess node = new NodeProcess(name, builder.start(), log);
    Thread reader = new Thread(node::listen, name + "-output");
    reader.setDaemon(true);
    reader.start();
    return node;
  }

  private void listen() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        Writer out =
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!ready.isDone() && line.startsWith("{")) {
          ready.complete(JSON.readTree(line));
        }
        out.write(line);
        out.write('\n');
        out.flush();
      }
      ready.completeExceptionally(new IOException("it ended before it was ready"));
    } catch (JsonProcessingException e) {
      ready.completeExceptionally(new IOException("its first line is not JSON", e));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  /** What the devnet calls the node, such as {@code cacher-0}. */
  public String name() {
    return name;
  }

  /** The number of the node's process; that of the shell around it if it has ended. */
  public long pid() {
    return child().map(ProcessHandle::pid).orElseGet(process::pid);
  }

  /** Whether the node runs. */
  public boolean isAlive() {
    return child().isPresent();
  }

  private Optional<ProcessHandle> child() {
    return process
        .children()
        .filter(each -> each.info().command().map(path -> !path.endsWith("/cat")).orElse(true))
        .findFirst();
  }

  /**
   * Waits until the node is ready and returns what it told of itself.
   *
   * @throws DevnetException if it ends or takes longer; the end of its log says why
   */
  Endpoints awaitReady(Duration atMost) {
    try {
      return new Endpoints(name, ready.get(atMost.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      kill();
      throw new DevnetException(
          name + " was not ready within " + atMost.toSeconds() + " s" + endOfLog(), e);
    } catch (ExecutionException e) {
      kill();
      throw new DevnetException(name + " did not start: " + e.getMessage() + endOfLog(), e);
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw new DevnetException(name + " was waited for until an interrupt", e);
    }
  }

  private String endOfLog() {
    Deque<String> last = new ArrayDeque<>();
    try (Stream<String> lines = Files.lines(log)) {
      lines.forEach(
          line -> {
            if (last.size() == LOG_LINES_SHOWN) {
              last.remove();
            }
            last.add(line);
          });
      return "; " + log + " ends with\n  " + String.join("\n  ", last);
    } catch (IOException unreadable) {
      return "; see " + log;
    }
  }

  /** Asks the node to stop and waits; one that takes longer is killed. */
  public void stop(Duration atMost) {
    try {
      process.getOutputStream().close();
    } catch (IOException alreadyClosed) {
      // It has ended already; the wait below sees it.
    }
    try {
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the node by SIGKILL and waits until it is gone. */
  public void kill() {
    List<ProcessHandle> all = process.descendants().toList();
    all.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    all.forEach(each -> each.onExit().join());
  }
}
