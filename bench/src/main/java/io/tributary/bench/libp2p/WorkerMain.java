package io.tributary.bench.libp2p;

import io.tributary.bench.process.WorkerLoop;
import java.util.Arrays;
import java.util.Map;

/**
 * The program of a measured JVM: {@code WorkerMain ROW} serves, {@code WorkerMain ROW ADDRESS} is
 * its client. It ends when its stdin does.
 */
final class WorkerMain {

  private WorkerMain() {}

  public static void main(String[] arguments) throws Exception {
    WorkerLoop loop = new WorkerLoop();
    Row row = Row.of(arguments[0]).orElseThrow();
    try (Side side = side(row, Arrays.copyOfRange(arguments, 1, arguments.length))) {
      loop.run(
          Map.of("address", side.address()),
          (command, words) ->
              side.carryOut(command, Arrays.stream(words).mapToLong(Long::parseLong).toArray()));
    }
  }

  private static Side side(Row row, String[] server) {
    if (row.kind() == Row.Kind.BARE) {
      return server.length == 0 ? BareSide.server(row) : BareSide.client(row, server[0]);
    }
    return server.length == 0 ? new HostServer(row) : new HostClient(row, server[0]);
  }
}
