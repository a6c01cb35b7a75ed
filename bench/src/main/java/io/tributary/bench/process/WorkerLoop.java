package io.tributary.bench.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Map;

/** The other end of a {@link Worker}: carries out a command a line until its stdin ends. */
public final class WorkerLoop {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintStream answers = System.out;

  /** What a measured process can do. */
  public interface Commands {
    /** Carries out a command and returns what to answer. */
    Map<String, ?> carryOut(String command, String... arguments) throws Exception;
  }

  /** Takes stdout for the answers: whatever else prints must not disturb them. */
  public WorkerLoop() {
    System.setOut(System.err);
  }

  /**
   * Runs until stdin ends.
   *
   * @param greeting what to say first
   */
  public void run(Map<String, ?> greeting, Commands commands) throws IOException {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      answers.println(JSON.writeValueAsString(greeting));
      String line;
      while ((line = lines.readLine()) != null) {
        answers.println(JSON.writeValueAsString(answer(commands, line.split(" ", -1))));
      }
    }
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // the error goes to the one who asked, too
  private static Map<String, ?> answer(Commands commands, String[] words) {
    try {
      return commands.carryOut(words[0], Arrays.copyOfRange(words, 1, words.length));
    } catch (Exception e) {
      e.printStackTrace();
      return Map.of("error", String.valueOf(e));
    }
  }
}
