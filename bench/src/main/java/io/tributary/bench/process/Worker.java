package io.tributary.bench.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A measured process: takes a command a line on stdin and answers each with a line of JSON. */
public final class Worker implements AutoCloseable {

  private static final long END_SECONDS = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter commands;
  private final JsonNode greeting;

  private Worker(String name, Process process) throws IOException {
    this.name = name;
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.greeting = answer();
  }

  /**
   * Starts a process and waits until it is ready, which it says by its first line.
   *
   * @param name what errors call it
   * @param command its program and arguments
   * @param folder where it runs; empty for where this process does
   */
  public static Worker start(String name, List<String> command, Optional<Path> folder)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    folder.ifPresent(path -> builder.directory(path.toFile()));
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      return new Worker(name, process);
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Whether a process can be kept on one of several cores here. */
  public static boolean canPin() {
    if (Runtime.getRuntime().availableProcessors() < 2) {
      return false;
    }
    try {
      return new ProcessBuilder("taskset", "-V")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The command that runs another one on one core, if processes can be pinned. */
  public static List<String> pinned(boolean canPin, int core, List<String> command) {
    List<String> whole = new ArrayList<>();
    if (canPin) {
      whole.addAll(List.of("taskset", "-c", Integer.toString(core)));
    }
    whole.addAll(command);
    return whole;
  }

  /**
   * The command that runs a class of this program's in a JVM like this one.
   *
   * @param flags of the JVM
   */
  public static List<String> java(List<String> flags, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return command;
  }

  /** Where it listens, if it said so when it was ready. */
  public String address() {
    return greeting.path("address").asText();
  }

  /** The process itself. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** What it said when it was ready. */
  public JsonNode greeting() {
    return greeting;
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
