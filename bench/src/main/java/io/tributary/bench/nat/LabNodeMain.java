package io.tributary.bench.nat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.Map;

/**
 * The program of a process in the laboratory: {@code LabNodeMain public IP} is a public host,
 * {@code LabNodeMain site} one behind a NAT. It takes a command a line and answers each with a line
 * of JSON, and ends when its stdin does.
 */
final class LabNodeMain {

  private static final ObjectMapper JSON = new ObjectMapper();

  private LabNodeMain() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    // Whatever else prints must not disturb the answers.
    System.setOut(System.err);
    boolean isPublic = arguments[0].equals("public");
    try (LabNode node = isPublic ? new PublicNode(arguments[1]) : new SiteNode();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      answers.println(JSON.writeValueAsString(node.introduction()));
      String line;
      while ((line = commands.readLine()) != null) {
        answers.println(JSON.writeValueAsString(answer(node, line.split(" ", -1))));
      }
    }
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // the error goes to the one who asked, too
  private static Map<String, ?> answer(LabNode node, String[] words) {
    try {
      return node.carryOut(words);
    } catch (Exception e) {
      e.printStackTrace();
      return Map.of("error", String.valueOf(e));
    }
  }
}
