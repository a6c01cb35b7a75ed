package io.tributary.bench.nat;

import io.tributary.bench.process.WorkerLoop;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * The program of a process in the laboratory: {@code LabNodeMain public IP} is a public host,
 * {@code LabNodeMain site} one behind a NAT, {@code LabNodeMain mapping} one that has its ports
 * mapped. It takes a command a line and answers each with a line of JSON, and ends when its stdin
 * does.
 */
final class LabNodeMain {

  private LabNodeMain() {}

  public static void main(String[] arguments) throws Exception {
    WorkerLoop loop = new WorkerLoop();
    try (LabNode node = node(arguments)) {
      loop.run(
          node.introduction(),
          (command, words) ->
              node.carryOut(
                  Stream.concat(Stream.of(command), Arrays.stream(words)).toArray(String[]::new)));
    }
  }

  private static LabNode node(String... arguments) throws IOException {
    return switch (arguments[0]) {
      case "public" -> new PublicNode(arguments[1]);
      case "site" -> new SiteNode();
      case "mapping" -> new MappingNode();
      default -> throw new IllegalArgumentException("no kind of node: " + arguments[0]);
    };
  }
}
