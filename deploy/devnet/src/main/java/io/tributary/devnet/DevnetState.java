package io.tributary.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A devnet as its directory describes it, seen from another process.
 *
 * @param members its processes; the first is the one that all others end with
 */
public record DevnetState(List<Member> members) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the list. */
  public DevnetState {
    members = List.copyOf(members);
  }

  /**
   * A process of a devnet.
   *
   * @param name what the devnet calls it
   * @param pid its number
   * @param isAlive whether a process of that number is ours and runs
   * @param log what it says
   */
  public record Member(String name, long pid, boolean isAlive, Optional<Path> log) {}

  /**
   * Reads the description in a directory.
   *
   * @throws IOException if there is none
   */
  public static DevnetState read(Path directory) throws IOException {
    JsonNode all = JSON.readTree(new DevnetFiles(directory).endpoints().toFile());
    List<Member> members = new ArrayList<>();
    members.add(member("devnet", all));
    for (String kind : List.of("cachers", "retrievers")) {
      for (JsonNode each : all.path(kind)) {
        members.add(member(each.path("name").asText(), each));
      }
    }
    return new DevnetState(members);
  }

  private static Member member(String name, JsonNode described) {
    long pid = described.path("pid").asLong();
    Optional<Path> log =
        described.has("log")
            ? Optional.of(Path.of(described.get("log").asText()))
            : Optional.empty();
    return new Member(name, pid, handle(pid).isPresent(), log);
  }

  /** The process of a number, unless the number is somebody else's by now. */
  private static Optional<ProcessHandle> handle(long pid) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(each -> each.info().command().map(path -> path.contains("java")).orElse(false));
  }

  /**
   * Asks the devnet to stop and waits.
   *
   * @return whether all of it has stopped
   */
  public boolean stop(Duration atMost) {
    List<CompletableFuture<ProcessHandle>> ends =
        members.stream()
            .flatMap(each -> handle(each.pid()).stream())
            .map(ProcessHandle::onExit)
            .toList();
    handle(members.get(0).pid()).ifPresent(ProcessHandle::destroy);
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
