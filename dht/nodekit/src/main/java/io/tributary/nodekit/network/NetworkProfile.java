package io.tributary.nodekit.network;

import io.tributary.nodekit.config.ConfigForm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What names a network: the chain its nodes believe and how to talk to it.
 *
 * <pre>{@code
 * name = "devnet"
 *
 * [chain]
 * genesis = "0x91b1…"                     # the hash of its first block; nothing is signed for another
 * ss58-prefix = 11330                     # the network number of its addresses
 * rpc = ["ws://127.0.0.1:9944"]           # tried in this order, with failover
 * assigns-miners = true                   # dev chains only; on CESS the publisher chooses miners
 *
 * [chain.calls]                           # pallet and call numbers of the chain's runtime
 * file-bank = 104
 * upload-declaration = 0
 * transfer-report = 3
 * delete-file = 6
 * }</pre>
 *
 * @param name what operators call the network
 * @param chain how to reach and read its chain
 */
public record NetworkProfile(String name, Chain chain) {
  private static final int MAX_ENDPOINTS = 16;
  private static final Pattern BLOCK_HASH = Pattern.compile("0x[0-9a-f]{64}");
  private static final Set<String> RPC_SCHEMES = Set.of("http", "https", "ws", "wss");

  /**
   * The CESS chain of a network.
   *
   * @param genesis the hash of the chain's first block, 0x and 64 lower-case hexadecimal
   *     characters; empty to sign for whatever chain the endpoints belong to
   * @param ss58Prefix the network number in its addresses, 0 to 16383
   * @param rpc the JSON-RPC endpoints, in order of preference; at least one
   * @param assignsMiners whether the chain itself says which miner keeps which column
   * @param calls the numbers of the calls a publisher sends
   */
  public record Chain(
      Optional<String> genesis, int ss58Prefix, List<URI> rpc, boolean assignsMiners, Calls calls) {
    /** Copies the list. */
    public Chain {
      rpc = List.copyOf(rpc);
    }
  }

  /**
   * The numbers by which the chain's runtime knows the calls of its file bank, each 0 to 255.
   *
   * @param fileBank the pallet
   * @param uploadDeclaration the call that orders storage
   * @param transferReport the call by which a miner says that it stored its column
   * @param deleteFile the call that gives a file up
   */
  public record Calls(int fileBank, int uploadDeclaration, int transferReport, int deleteFile) {}

  /**
   * Reads a profile.
   *
   * @throws IOException if the file cannot be read
   * @throws io.tributary.nodekit.config.ConfigException if it says anything wrong
   */
  public static NetworkProfile read(Path file) throws IOException {
    return from(ConfigForm.read(file));
  }

  /**
   * Reads a profile from an opened form and closes it.
   *
   * @throws io.tributary.nodekit.config.ConfigException if it says anything wrong
   */
  public static NetworkProfile from(ConfigForm form) {
    NetworkProfile profile =
        new NetworkProfile(
            form.text("name"),
            new Chain(
                form.optionalValue("chain.genesis", NetworkProfile::blockHash),
                (int) form.integer("chain.ss58-prefix", 0, 16383),
                form.list("chain.rpc", 1, MAX_ENDPOINTS, NetworkProfile::rpcEndpoint),
                form.flag("chain.assigns-miners", false),
                new Calls(
                    callNumber(form, "file-bank"),
                    callNumber(form, "upload-declaration"),
                    callNumber(form, "transfer-report"),
                    callNumber(form, "delete-file"))));
    form.finish();
    return profile;
  }

  /** Returns the text of a file that reads back as this profile. */
  public String toToml() {
    StringBuilder toml = new StringBuilder();
    toml.append("name = ").append(quote(name)).append("\n\n[chain]\n");
    chain.genesis().ifPresent(hash -> toml.append("genesis = ").append(quote(hash)).append('\n'));
    toml.append("ss58-prefix = ").append(chain.ss58Prefix()).append('\n');
    toml.append("rpc = [");
    toml.append(String.join(", ", chain.rpc().stream().map(uri -> quote(uri.toString())).toList()));
    toml.append("]\nassigns-miners = ").append(chain.assignsMiners());
    toml.append("\n\n[chain.calls]\n");
    toml.append("file-bank = ").append(chain.calls().fileBank()).append('\n');
    toml.append("upload-declaration = ").append(chain.calls().uploadDeclaration()).append('\n');
    toml.append("transfer-report = ").append(chain.calls().transferReport()).append('\n');
    toml.append("delete-file = ").append(chain.calls().deleteFile()).append('\n');
    return toml.toString();
  }

  private static int callNumber(ConfigForm form, String name) {
    return (int) form.integer("chain.calls." + name, 0, 255);
  }

  private static String blockHash(String text) {
    if (!BLOCK_HASH.matcher(text).matches()) {
      throw new IllegalArgumentException("is not 0x and 64 characters of 0-9 and a-f");
    }
    return text;
  }

  private static URI rpcEndpoint(String text) {
    URI uri = URI.create(text);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!RPC_SCHEMES.contains(scheme) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "is not an http, https, ws or wss address such as ws://127.0.0.1:9944");
    }
    return uri;
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
