package io.tributary.bench.libp2p;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Map;

/**
 * The program of a measured JVM: {@code WorkerMain ROW} serves, {@code WorkerMain ROW ADDRESS} is
 * its client. It ends when its stdin does.
 */
final class WorkerMain {

  private static final ObjectMapper JSON = new ObjectMapper();

  private WorkerMain() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    // Whatever else prints must not disturb the answers.
    System.setOut(System.err);
    Row row = Row.of(arguments[0]).orElseThrow();
    try (Side side = side(row, Arrays.copyOfRange(arguments, 1, arguments.length));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      answers.println(JSON.writeValueAsString(Map.of("address", side.address())));
      String line;
      while ((line = commands.readLine()) != null) {
        answers.println(JSON.writeValueAsString(answer(side, line.split(" ", -1))));
      }
    }
  }

  private static Side side(Row row, String[] server) {
    if (row.kind() == Row.Kind.BARE) {
      return server.length == 0 ? BareSide.server(row) : BareSide.client(row, server[0]);
    }
    return server.length == 0 ? new HostServer(row) : new HostClient(row, server[0]);
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // the error goes to the one who asked, too
  private static Map<String, ?> answer(Side side, String[] words) {
    try {
      return side.carryOut(
          words[0], Arrays.stream(words).skip(1).mapToLong(Long::parseLong).toArray());
    } catch (Exception e) {
      e.printStackTrace();
      return Map.of("error", String.valueOf(e));
    }
  }
}
