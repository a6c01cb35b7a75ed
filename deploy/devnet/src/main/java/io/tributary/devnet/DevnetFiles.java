package io.tributary.devnet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The directory of a devnet.
 *
 * <pre>{@code
 * DIR/network.toml      the network profile, for every command's --network
 * DIR/publisher.seed    an account that may publish
 * DIR/devnet.json       every endpoint and process, for scripts
 * DIR/origin/           the chain and the miners
 * DIR/settlement/       the EVM chain: its state and its deployer's wallet
 * DIR/cacher-0/ …       a node: cacher.toml, keys/, password, its state
 * DIR/logs/             a file a node
 * }</pre>
 *
 * @param directory the directory
 */
public record DevnetFiles(Path directory) {
  /** The network profile. */
  public Path profile() {
    return directory.resolve("network.toml");
  }

  /** The seed of an account that may publish. */
  public Path publisherSeed() {
    return directory.resolve("publisher.seed");
  }

  /** Every endpoint and process, for scripts. */
  public Path endpoints() {
    return directory.resolve("devnet.json");
  }

  /** The chain and the miners. */
  public Path origin() {
    return directory.resolve("origin");
  }

  /** The EVM chain. */
  public Path settlement() {
    return directory.resolve("settlement");
  }

  /** What a node keeps. */
  public Path node(String name) {
    return directory.resolve(name);
  }

  /** The configuration of a node. */
  public Path config(DevnetNode.Kind kind, String name) {
    return node(name).resolve(kind.command() + ".toml");
  }

  /** The key that a cacher begins with which is started elsewhere. */
  public Path identity(String name) {
    return node(name).resolve("identity.key");
  }

  /** What a node says. */
  public Path log(String name) {
    return directory.resolve("logs").resolve(name + ".log");
  }

  /** Replaces a file so that a reader, also after a crash, sees the old or the new one whole. */
  static void write(Path file, String text) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
