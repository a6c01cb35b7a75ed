package io.tributary.nodekit.network;

import io.netty.util.NetUtil;
import io.tributary.nodekit.config.ConfigForm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What names a network: the chain its nodes believe, the overlay in which they find each other, and
 * the contract that settles what they owe.
 *
 * <pre>{@code
 * name = "devnet"
 * retrievers = ["http://127.0.0.1:8080"]  # may be missing: whom downloads ask that name no other
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
 *
 * [overlay]                               # may be missing: then files come from storage miners only
 * dht-prefix = "/tributary/devnet"        # begins the ids of its protocols, so that networks stay apart
 * bootstrap = ["/ip4/127.0.0.1/tcp/4001/p2p/12D3KooW…"]
 * local = true                            # nodes may live at loopback and private addresses
 * public-networks = ["203.0.113.0/24"]    # count as public here besides the Internet's, in closed networks
 *
 * [settlement]                            # may be missing: then nobody is paid
 * chain-id = 31337                        # of the EVM chain
 * rpc = ["http://127.0.0.1:8545"]
 * contract = "0x5fbd…"                    # the settlement contract
 * token = "0xe7f1…"                       # the ERC-20 that it settles in
 * finality-blocks = 12                    # how deep a block must lie to be believed
 * from-block = 0                          # nothing of the contract is older
 * }</pre>
 *
 * @param name what operators call the network
 * @param chain how to reach and read its chain
 * @param overlay where its nodes find each other; empty if it has no cachers and retrievers
 * @param settlement what pays for delivered bytes; empty if nothing does
 * @param retrievers whom downloads ask that name no other; they need not be believed
 */
public record NetworkProfile(
    String name,
    Chain chain,
    Optional<Overlay> overlay,
    Optional<Settlement> settlement,
    List<URI> retrievers) {
  private static final int MAX_ENDPOINTS = 16;
  private static final int MAX_RETRIEVERS = 64;
  private static final int MAX_BOOTSTRAP = 64;
  private static final int MAX_PUBLIC_NETWORKS = 16;
  private static final int MAX_FINALITY_BLOCKS = 10_000;
  private static final Pattern EVM_ADDRESS = Pattern.compile("0x[0-9a-f]{40}");
  private static final Pattern DHT_PREFIX = Pattern.compile("(/[a-z0-9._-]{1,32}){1,4}");
  private static final Pattern IP_BLOCK = Pattern.compile("[0-9a-f:.]{2,45}/[0-9]{1,3}");
  private static final Pattern BLOCK_HASH = Pattern.compile("0x[0-9a-f]{64}");
  private static final Set<String> RPC_SCHEMES = Set.of("http", "https", "ws", "wss");
  private static final Set<String> HTTP_SCHEMES = Set.of("http", "https");

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
   * The overlay of a network's nodes.
   *
   * @param dhtPrefix what the ids of its protocols begin with, such as {@code /tributary/devnet}
   * @param bootstrap multiaddrs with peer ids of nodes to begin with; the first node needs none
   * @param local whether nodes may live at loopback and private addresses
   * @param publicNetworks blocks of IP addresses that count as public besides the Internet's, as in
   *     a closed network or a laboratory
   */
  public record Overlay(
      String dhtPrefix, List<String> bootstrap, boolean local, List<String> publicNetworks) {
    /** Copies the lists. */
    public Overlay {
      bootstrap = List.copyOf(bootstrap);
      publicNetworks = List.copyOf(publicNetworks);
    }

    /** One in which only the Internet's addresses count as public. */
    public Overlay(String dhtPrefix, List<String> bootstrap, boolean local) {
      this(dhtPrefix, bootstrap, local, List.of());
    }
  }

  /**
   * The contract that settles vouchers.
   *
   * @param chainId the id of the EVM chain
   * @param rpc its JSON-RPC endpoints, in order of preference; at least one
   * @param contract the contract's address, 0x and 40 lower-case hexadecimal characters
   * @param token the address of the token it settles in, likewise
   * @param finalityBlocks how deep a block must lie to be believed
   * @param fromBlock the block of the contract's deployment, or an earlier one
   */
  public record Settlement(
      long chainId,
      List<URI> rpc,
      String contract,
      String token,
      int finalityBlocks,
      long fromBlock) {
    /** Copies the list. */
    public Settlement {
      rpc = List.copyOf(rpc);
    }
  }

  /** Copies the list. */
  public NetworkProfile {
    retrievers = List.copyOf(retrievers);
  }

  /** A network that has a chain and miners only. */
  public NetworkProfile(String name, Chain chain) {
    this(name, chain, Optional.empty(), Optional.empty(), List.of());
  }

  /** The same network with an overlay. */
  public NetworkProfile withOverlay(Overlay other) {
    return new NetworkProfile(name, chain, Optional.of(other), settlement, retrievers);
  }

  /** The same network with a contract. */
  public NetworkProfile withSettlement(Settlement other) {
    return new NetworkProfile(name, chain, overlay, Optional.of(other), retrievers);
  }

  /** The same network with other retrievers. */
  public NetworkProfile withRetrievers(List<URI> others) {
    return new NetworkProfile(name, chain, overlay, settlement, others);
  }

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
                    callNumber(form, "delete-file"))),
            form.hasAny("overlay") ? Optional.of(overlay(form)) : Optional.empty(),
            form.hasAny("settlement") ? Optional.of(settlement(form)) : Optional.empty(),
            form.list("retrievers", 0, MAX_RETRIEVERS, text -> endpoint(text, HTTP_SCHEMES)));
    form.finish();
    return profile;
  }

  private static Overlay overlay(ConfigForm form) {
    return new Overlay(
        form.value("overlay.dht-prefix", "/", NetworkProfile::dhtPrefix),
        form.list("overlay.bootstrap", 0, MAX_BOOTSTRAP, NetworkProfile::peerAddress),
        form.flag("overlay.local", false),
        form.list("overlay.public-networks", 0, MAX_PUBLIC_NETWORKS, NetworkProfile::ipBlock));
  }

  private static Settlement settlement(ConfigForm form) {
    return new Settlement(
        form.integer("settlement.chain-id", 1, Long.MAX_VALUE),
        form.list("settlement.rpc", 1, MAX_ENDPOINTS, text -> endpoint(text, HTTP_SCHEMES)),
        form.value("settlement.contract", "", NetworkProfile::evmAddress),
        form.value("settlement.token", "", NetworkProfile::evmAddress),
        (int) form.integer("settlement.finality-blocks", 0, MAX_FINALITY_BLOCKS),
        form.integer("settlement.from-block", 0, Long.MAX_VALUE, 0));
  }

  /** Returns the text of a file that reads back as this profile. */
  public String toToml() {
    StringBuilder toml = new StringBuilder();
    toml.append("name = ").append(quote(name)).append('\n');
    if (!retrievers.isEmpty()) {
      toml.append("retrievers = ").append(quoted(retrievers)).append('\n');
    }
    toml.append("\n[chain]\n");
    chain.genesis().ifPresent(hash -> toml.append("genesis = ").append(quote(hash)).append('\n'));
    toml.append("ss58-prefix = ").append(chain.ss58Prefix()).append('\n');
    toml.append("rpc = ").append(quoted(chain.rpc()));
    toml.append("\nassigns-miners = ").append(chain.assignsMiners());
    toml.append("\n\n[chain.calls]\n");
    toml.append("file-bank = ").append(chain.calls().fileBank()).append('\n');
    toml.append("upload-declaration = ").append(chain.calls().uploadDeclaration()).append('\n');
    toml.append("transfer-report = ").append(chain.calls().transferReport()).append('\n');
    toml.append("delete-file = ").append(chain.calls().deleteFile()).append('\n');
    overlay.ifPresent(
        each -> {
          toml.append("\n[overlay]\ndht-prefix = ").append(quote(each.dhtPrefix()));
          toml.append("\nbootstrap = ").append(quoted(each.bootstrap()));
          toml.append("\nlocal = ").append(each.local()).append('\n');
          if (!each.publicNetworks().isEmpty()) {
            toml.append("public-networks = ").append(quoted(each.publicNetworks())).append('\n');
          }
        });
    settlement.ifPresent(
        each -> {
          toml.append("\n[settlement]\nchain-id = ").append(each.chainId());
          toml.append("\nrpc = ").append(quoted(each.rpc()));
          toml.append("\ncontract = ").append(quote(each.contract()));
          toml.append("\ntoken = ").append(quote(each.token()));
          toml.append("\nfinality-blocks = ").append(each.finalityBlocks());
          toml.append("\nfrom-block = ").append(each.fromBlock()).append('\n');
        });
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

  private static String dhtPrefix(String text) {
    if (!DHT_PREFIX.matcher(text).matches()) {
      throw new IllegalArgumentException("is not a prefix such as /tributary/devnet");
    }
    return text;
  }

  private static String peerAddress(String text) {
    if (!text.startsWith("/") || !text.contains("/p2p/")) {
      throw new IllegalArgumentException(
          "is not an address with a peer id such as /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…");
    }
    return text;
  }

  private static String ipBlock(String text) {
    boolean isBlock = IP_BLOCK.matcher(text).matches();
    if (isBlock) {
      int slash = text.indexOf('/');
      byte[] address = NetUtil.createByteArrayFromIpAddressString(text.substring(0, slash));
      isBlock =
          address != null
              && Integer.parseInt(text.substring(slash + 1)) <= address.length * Byte.SIZE;
    }
    if (!isBlock) {
      throw new IllegalArgumentException("is not a block of IP addresses such as 203.0.113.0/24");
    }
    return text;
  }

  private static String evmAddress(String text) {
    if (!EVM_ADDRESS.matcher(text).matches()) {
      throw new IllegalArgumentException("is not 0x and 40 characters of 0-9 and a-f");
    }
    return text;
  }

  private static URI rpcEndpoint(String text) {
    return endpoint(text, RPC_SCHEMES);
  }

  private static URI endpoint(String text, Set<String> schemes) {
    URI uri = URI.create(text);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!schemes.contains(scheme) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "is not an address of "
              + String.join(", ", schemes.stream().sorted().toList())
              + " with a host");
    }
    return uri;
  }

  private static String quoted(List<?> texts) {
    return texts.stream()
        .map(each -> quote(each.toString()))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
