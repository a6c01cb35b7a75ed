package io.tributary.bench.retriever;

import io.tributary.bench.cacher.Peer;
import io.tributary.bench.process.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** nginx with the same file, if it is installed. */
final class Nginx implements AutoCloseable {
  private final Optional<Peer> peer;

  /**
   * Starts it, if it is installed.
   *
   * @param program where it is
   * @param folder for its files
   * @param isPinned whether it is to have the first core
   */
  Nginx(Optional<String> program, Path folder, BenchedFile file, boolean isPinned)
      throws IOException {
    peer =
        program.isPresent()
            ? Optional.of(start(program.get(), folder, file, isPinned))
            : Optional.empty();
  }

  private static Peer start(String program, Path folder, BenchedFile file, boolean isPinned)
      throws IOException {
    Path directory = Files.createDirectories(folder.resolve("nginx"));
    int port = Peer.freePort();
    Path config = directory.resolve("nginx.conf");
    try (InputStream in = Nginx.class.getResourceAsStream("nginx.conf")) {
      if (in == null) {
        throw new IOException("nginx.conf is not in this distribution");
      }
      Files.writeString(
          config,
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .replace("@DIRECTORY@", directory.toString())
              .replace("@PORT@", String.valueOf(port))
              .replace("@ROOT@", file.root().toString()));
    }
    return Peer.start(
        program,
        Worker.pinned(
            isPinned,
            0,
            List.of(
                program,
                "-e",
                directory.resolve("nginx.log").toString(),
                "-c",
                config.toString(),
                "-p",
                directory.toString())),
        port,
        directory.resolve("nginx.out"));
  }

  /** Where it listens; empty if it is not installed. */
  Optional<String> port() {
    return peer.map(running -> String.valueOf(running.port()));
  }

  @Override
  public void close() {
    peer.ifPresent(Peer::close);
  }
}
