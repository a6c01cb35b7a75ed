package io.tributary.bench.nat;

import io.tributary.bench.process.WorkerLoop;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * The program of a process in the laboratory: {@code LabNodeMain public IP} is a public host,
 * {@code LabNodeMain site} one behind a NAT. It takes a command a line and answers each with a line
 * of JSON, and ends when its stdin does.
 */
final class LabNodeMain {

  private LabNodeMain() {}

  public static void main(String[] arguments) throws Exception {
    WorkerLoop loop = new WorkerLoop();
    boolean isPublic = arguments[0].equals("public");
    try (LabNode node = isPublic ? new PublicNode(arguments[1]) : new SiteNode()) {
      loop.run(
          node.introduction(),
          (command, words) ->
              node.carryOut(
                  Stream.concat(Stream.of(command), Arrays.stream(words)).toArray(String[]::new)));
    }
  }
}
