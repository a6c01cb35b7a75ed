package io.tributary.launcher;

import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.chain.extrinsic.CallIndices;
import io.tributary.origin.dev.DevOrigin;
import io.tributary.origin.dev.chain.DevPallets;
import io.tributary.origin.dev.miner.DevMiner;
import io.tributary.origin.identity.SeedFile;
import io.tributary.origin.identity.Ss58Address;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The directory of a devnet and the files in it that others read.
 *
 * <pre>{@code
 * DIR/network.toml      the network profile, for every command's --network
 * DIR/publisher.seed    an account that may publish
 * DIR/devnet.json       every endpoint, for scripts
 * DIR/origin/           the chain and the miners
 * }</pre>
 *
 * @param directory the directory
 */
record DevnetDirectory(Path directory) {
  Path profile() {
    return directory.resolve("network.toml");
  }

  Path publisherSeed() {
    return directory.resolve("publisher.seed");
  }

  Path endpoints() {
    return directory.resolve("devnet.json");
  }

  Path origin() {
    return directory.resolve("origin");
  }

  /** Writes the files for a running origin and returns its profile. */
  NetworkProfile describe(DevOrigin origin) throws IOException {
    NetworkProfile profile =
        new NetworkProfile(
            "devnet",
            new NetworkProfile.Chain(
                Optional.of(origin.chain().signingContext().genesis().toHex()),
                Ss58Address.CESS_TESTNET,
                List.of(URI.create(origin.chainWebSocketUrl()), URI.create(origin.chainHttpUrl())),
                true,
                calls(DevPallets.CALLS)));
    SeedFile.readOrCreate(publisherSeed(), new SecureRandom());
    write(profile(), profile.toToml());
    Map<String, Object> endpoints = new LinkedHashMap<>();
    endpoints.put("chain", Map.of("http", origin.chainHttpUrl(), "ws", origin.chainWebSocketUrl()));
    endpoints.put("miners", origin.miners().stream().map(DevMiner::url).toList());
    origin.faultUrl().ifPresent(url -> endpoints.put("faults", url));
    endpoints.put("network", profile().toAbsolutePath().toString());
    write(endpoints(), Terminal.json(endpoints) + "\n");
    return profile;
  }

  private static NetworkProfile.Calls calls(CallIndices calls) {
    return new NetworkProfile.Calls(
        calls.fileBank(), calls.uploadDeclaration(), calls.transferReport(), calls.deleteFile());
  }

  /** Replaces a file so that a reader, also after a crash, sees the old or the new one whole. */
  private static void write(Path file, String text) throws IOException {
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
