package io.tributary.bench.nat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A program of Tributary's that runs in the laboratory until it is closed. */
final class NodeProgram implements AutoCloseable {
  private static final long END_SECONDS = 40;
  private static final int MAX_LOG_CHARS = 4000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Process process;
  private final Path log;
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  private NodeProgram(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a program.
   *
   * @param isReady which line of its output says that it is ready
   * @param log where its error output goes
   */
  static NodeProgram start(String name, List<String> command, Predicate<String> isReady, Path log)
      throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    NodeProgram program = new NodeProgram(name, process, log);
    Thread reader = new Thread(() -> program.read(isReady), name + "-output");
    reader.setDaemon(true);
    reader.start();
    return program;
  }

  private void read(Predicate<String> isReady) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (isReady.test(line)) {
          ready.complete(line);
        }
      }
      ready.completeExceptionally(new IOException("it has ended"));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  /** Waits for the line that says that it is ready. */
  String awaitReady(Duration atMost) throws IOException {
    try {
      return ready.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(name + " did not get ready: " + e.getMessage() + "\n" + said(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Waits for the line, which is JSON. */
  JsonNode awaitReadyJson(Duration atMost) throws IOException {
    return JSON.readTree(awaitReady(atMost));
  }

  /** The end of what it has logged. */
  String said() throws IOException {
    String all = Files.exists(log) ? Files.readString(log) : "";
    return all.substring(Math.max(0, all.length() - MAX_LOG_CHARS));
  }

  /** Asks it to end, and waits. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(END_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
