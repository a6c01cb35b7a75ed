package io.tributary.launcher;

import io.tributary.ledger.keys.KeyDirectory;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.region.Region;
import io.tributary.retriever.node.RetrieverConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options by which a download joins the overlay itself and pays from a wallet. */
final class GetWallet {
  /** A hundredth of a token of 18 decimals. */
  private static final String USUAL_MAX_PRICE = "10000000000000000";

  /** Cachers behind routers are met only from a port that they can send to. */
  private static final List<String> ANY_PORT =
      List.of("/ip4/0.0.0.0/tcp/0", "/ip4/0.0.0.0/udp/0/quic-v1");

  private static final int MAX_LANE_CHARS = 19;

  @Option(
      names = "--wallet",
      paramLabel = "KEYSTORE",
      description = {
        "Ask no retriever: join the overlay, and pay cachers from the escrow of this key.",
        "Needs --network and --password-file; excludes --via."
      })
  private Optional<Path> keystore = Optional.empty();

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "The wallet's password, in the first line; readable by its owner only.")
  private Optional<Path> passwordFile = Optional.empty();

  @Option(
      names = "--network",
      paramLabel = "PROFILE",
      description = {
        "The network profile, such as DIR/network.toml of a devnet; for --wallet.",
        "Without: its retrievers are asked where --via names none."
      })
  private Optional<Path> network = Optional.empty();

  @Option(
      names = "--region",
      paramLabel = "REGION",
      defaultValue = "${env:TRIBUTARY_REGION:-local}",
      description = {
        "Whose cachers are asked first; for --wallet. Default: TRIBUTARY_REGION, else local.",
        "In a region that has none, cachers are found by the DHT alone."
      })
  private String region = "local";

  @Option(
      names = "--max-price",
      paramLabel = "UNITS",
      defaultValue = USUAL_MAX_PRICE,
      description = {
        "Pay at most so many of the token's base units for a GiB; for --wallet.",
        "Who asks for more is passed over; 0 takes gifts only (default: ${DEFAULT-VALUE})."
      })
  private long maxPrice;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = {
        "Where the identity and the books of what was promised are kept; for --wallet. Not to be",
        "lost while money is on its way. Default: $${XDG_STATE_HOME}/tributary/get/ADDRESS."
      })
  private Optional<Path> stateDir = Optional.empty();

  /** The retrievers of the network profile, if one is named and names some. */
  List<URI> retrievers() throws IOException {
    return network.isPresent() ? NetworkProfile.read(network.get()).retrievers() : List.of();
  }

  /** Whether the download pays for itself. */
  boolean isWanted() {
    return keystore.isPresent();
  }

  /** The configuration of a retriever that reads for this download. */
  RetrieverConfig config() throws IOException, KeystoreException {
    Path key = keystore.orElseThrow();
    Path profile =
        network.orElseThrow(() -> usage("--wallet needs --network: which network is it of?"));
    Path password =
        passwordFile.orElseThrow(() -> usage("--wallet needs --password-file to be unlocked"));
    if (maxPrice < 0) {
      throw usage("--max-price is not negative");
    }
    Path directory = stateDir.isPresent() ? stateDir.get() : usualDirectory(key);
    Files.createDirectories(directory);
    return RetrieverConfig.ofReader(
        profile,
        directory.toAbsolutePath(),
        new RetrieverConfig.Overlay(ANY_PORT, region(region)),
        Optional.of(new RetrieverConfig.Wallet(key, password, lane(directory), maxPrice)));
  }

  private static Path usualDirectory(Path keystore) throws KeystoreException {
    String owner =
        KeyDirectory.read(keystore)
            .address()
            .map(Object::toString)
            .orElseGet(() -> String.valueOf(keystore.getFileName()));
    return StateHome.of("get").resolve(owner);
  }

  /**
   * The number of this directory's lanes. No two processes may pay on one lane, so it is drawn by
   * chance, once, and kept beside the books.
   */
  private static long lane(Path directory) throws IOException {
    Path file = directory.resolve("lane");
    long drawn = new SecureRandom().nextLong() >>> 1;
    try {
      Files.writeString(file, drawn + "\n", StandardOpenOption.CREATE_NEW);
      return drawn;
    } catch (FileAlreadyExistsException e) {
      String kept = Files.readString(file, StandardCharsets.US_ASCII).strip();
      if (kept.length() > MAX_LANE_CHARS || !kept.matches("[0-9]+")) {
        throw new CommandFailure(
            ExitCode.CONFIG,
            file + " holds no number; give another --state-dir, and keep this one's ledger",
            e);
      }
      return Long.parseLong(kept);
    }
  }

  private static Region region(String name) {
    try {
      return new Region(name);
    } catch (IllegalArgumentException e) {
      throw usage("--region '" + name + "' " + e.getMessage());
    }
  }

  private static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message);
  }
}
