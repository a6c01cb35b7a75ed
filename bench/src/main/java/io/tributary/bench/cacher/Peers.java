package io.tributary.bench.cacher;

import io.tributary.bench.process.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** nginx and Varnish as they are measured, where they are installed. */
final class Peers implements AutoCloseable {
  private final Optional<Peer> nginx;
  private final Optional<Peer> varnish;
  private final int tlsPort;

  private Peers(Optional<Peer> nginx, Optional<Peer> varnish, int tlsPort) {
    this.nginx = nginx;
    this.varnish = varnish;
    this.tlsPort = tlsPort;
  }

  /**
   * Starts those that are here.
   *
   * @param directory for their files
   * @param isPinned whether they run on the first core
   */
  static Peers start(Path directory, Corpus objects, boolean isPinned) throws IOException {
    Optional<String> program = Peer.program("nginx");
    if (program.isEmpty()) {
      return new Peers(Optional.empty(), Optional.empty(), 0);
    }
    int tlsPort = Peer.freePort();
    Peer nginx = nginx(program.get(), directory, objects, tlsPort, isPinned);
    try {
      return new Peers(Optional.of(nginx), varnish(directory, nginx.port(), isPinned), tlsPort);
    } catch (IOException e) {
      nginx.close();
      throw e;
    }
  }

  private static Peer nginx(
      String program, Path directory, Corpus objects, int tlsPort, boolean isPinned)
      throws IOException {
    int port = Peer.freePort();
    Path config = directory.resolve("nginx.conf");
    try (InputStream in = Peers.class.getResourceAsStream("nginx.conf")) {
      if (in == null) {
        throw new IOException("nginx.conf is not in this distribution");
      }
      Files.writeString(
          config,
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .replace("@DIRECTORY@", directory.toString())
              .replace("@PORT@", String.valueOf(port))
              .replace("@TLS_PORT@", String.valueOf(tlsPort))
              .replace("@ROOT@", objects.root().toString())
              .replace("@CERTIFICATE@", objects.certificate().toString())
              .replace("@KEY@", objects.key().toString()));
    }
    String log = directory.resolve("nginx.log").toString();
    return Peer.start(
        Peer.version(program, "-v"),
        Worker.pinned(
            isPinned,
            0,
            List.of(program, "-e", log, "-c", config.toString(), "-p", directory.toString())),
        port,
        directory.resolve("nginx.out"));
  }

  private static Optional<Peer> varnish(Path directory, int backend, boolean isPinned)
      throws IOException {
    Optional<String> program = Peer.program("varnishd");
    if (program.isEmpty()) {
      return Optional.empty();
    }
    int port = Peer.freePort();
    List<String> command =
        List.of(
            program.get(),
            "-F",
            "-j",
            "none",
            "-n",
            directory.resolve("varnish").toString(),
            "-a",
            "127.0.0.1:" + port,
            "-b",
            "127.0.0.1:" + backend,
            "-s",
            "malloc,512m",
            "-p",
            "default_ttl=86400");
    return Optional.of(
        Peer.start(
            Peer.version(program.get(), "-V"),
            Worker.pinned(isPinned, 0, command),
            port,
            directory.resolve("varnish.out")));
  }

  Optional<Peer> nginx() {
    return nginx;
  }

  Optional<Peer> varnish() {
    return varnish;
  }

  /** Where nginx speaks TLS. */
  int tlsPort() {
    return tlsPort;
  }

  @Override
  public void close() {
    varnish.ifPresent(Peer::close);
    nginx.ifPresent(Peer::close);
  }
}
