package io.tributary.bench.libp2p;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A measured process: takes a command a line on stdin and answers each with a line of JSON. */
public final class Worker implements AutoCloseable {

  private static final long END_SECONDS = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter commands;
  private final String address;

  private Worker(String name, Process process) throws IOException {
    this.name = name;
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.address = answer().path("address").asText();
  }

  /** Starts a process in a folder, null for this one's, and waits until it is ready. */
  public static Worker start(String name, List<String> command, @Nullable Path folder)
      throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder == null ? null : folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      return new Worker(name, process);
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** The command that runs another one on one core, where the system has a tool for it. */
  public static List<String> pinned(boolean taskset, int core, List<String> command) {
    List<String> whole = new ArrayList<>();
    if (taskset) {
      whole.addAll(List.of("taskset", "-c", Integer.toString(core)));
    }
    whole.addAll(command);
    return whole;
  }

  /** Where it listens, if it does. */
  public String address() {
    return address;
  }

  /** The process itself. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /**
   * Gives a command and waits for its answer.
   *
   * @throws IOException if the process reports an error or has ended
   */
  public JsonNode ask(String command) throws IOException {
    commands.write(command);
    commands.newLine();
    commands.flush();
    return answer();
  }

  Usage usage() throws IOException {
    return Usage.of(ask("usage"));
  }

  private JsonNode answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the " + name + " has ended");
    }
    JsonNode answer = JSON.readTree(line);
    if (answer.has("error")) {
      throw new IOException("the " + name + " failed: " + answer.get("error").asText());
    }
    return answer;
  }

  @Override
  public void close() throws IOException {
    try {
      commands.close();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } finally {
      answers.close();
    }
  }
}
