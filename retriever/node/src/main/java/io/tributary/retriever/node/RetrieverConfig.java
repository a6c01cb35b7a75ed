package io.tributary.retriever.node;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.nodekit.admin.AdminSettings;
import io.tributary.nodekit.config.ConfigAnswers;
import io.tributary.nodekit.config.ConfigForm;
import io.tributary.nodekit.config.Overrides;
import io.tributary.nodekit.config.Setting;
import io.tributary.nodekit.http.TlsIdentity;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.region.Region;
import io.tributary.region.reach.ReachSettings;
import io.tributary.retriever.node.access.AccessLists;
import io.tributary.retriever.node.access.AddressBlock;
import io.tributary.retriever.node.access.ClientLimits;
import io.tributary.retriever.node.source.SourcesConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The configuration file of a retriever. {@link #template} is one with every key explained.
 *
 * <p>Paths are taken from the directory of the file.
 *
 * @param network the network profile
 * @param directory what outlives a restart: identity, cache, DHT records, ledger
 * @param http where clients are answered
 * @param admin where the operator is
 * @param overlay how it takes part in the overlay
 * @param cacheBytes the disk its own cache takes; 0 for none
 * @param memoryBytes the direct memory that fragments under way may take
 * @param wallet who pays cachers; empty to ask for gifts only
 * @param clients how much each client may ask
 * @param lists whom and what it serves
 * @param sources whom it asks besides miners and its region's cachers
 */
public record RetrieverConfig(
    Path network,
    Path directory,
    Http http,
    AdminSettings admin,
    Overlay overlay,
    long cacheBytes,
    long memoryBytes,
    Optional<Wallet> wallet,
    ClientLimits clients,
    AccessLists lists,
    SourcesConfig sources) {
  private static final long MIB = 1L << 20;
  private static final int MAX_LISTED = 100_000;
  private static final int MAX_FEW = 64;
  private static final String DEFAULT_REGION = "local";

  /** A cacher behind a router is met only from a port that others can send to. */
  private static final List<String> LISTEN_EVERYWHERE =
      List.of("/ip4/0.0.0.0/tcp/0", "/ip4/0.0.0.0/udp/0/quic-v1");

  /** One that asks nobody besides. */
  public RetrieverConfig(
      Path network,
      Path directory,
      Http http,
      AdminSettings admin,
      Overlay overlay,
      long cacheBytes,
      long memoryBytes,
      Optional<Wallet> wallet,
      ClientLimits clients,
      AccessLists lists) {
    this(
        network,
        directory,
        http,
        admin,
        overlay,
        cacheBytes,
        memoryBytes,
        wallet,
        clients,
        lists,
        SourcesConfig.NONE);
  }

  /**
   * Where clients are answered.
   *
   * @param listen the address, port 0 for any
   * @param tls speaks TLS only, if there is one
   * @param publicUrl where clients reach it from outside
   * @param mirrors other retrievers that metalinks name
   * @param proxies whose {@code X-Forwarded-For} is believed
   * @param maxConnections at a time
   * @param maxConnectionsPerAddress at a time
   */
  public record Http(
      InetSocketAddress listen,
      Optional<TlsIdentity> tls,
      Optional<URI> publicUrl,
      List<URI> mirrors,
      List<AddressBlock> proxies,
      int maxConnections,
      int maxConnectionsPerAddress) {}

  /**
   * How it takes part in the overlay.
   *
   * @param listen multiaddrs it listens at
   * @param region whose cachers are asked first
   * @param reach how others reach it from behind routers, and what it does for them to be reached
   */
  public record Overlay(List<String> listen, Region region, ReachSettings reach) {
    /** One that is reached as by default. */
    public Overlay(List<String> listen, Region region) {
      this(listen, region, ReachSettings.defaults());
    }
  }

  /**
   * Who pays cachers.
   *
   * @param keystore the locked key of the account whose escrow pays
   * @param passwordFile its password, in the first line
   * @param lane the number of this process's lanes; no other process may have it
   * @param ceilingPerGib the most that is paid for a GiB, in the token's smallest unit
   */
  public record Wallet(Path keystore, Path passwordFile, long lane, long ceilingPerGib) {}

  /**
   * A configuration and where its values came from.
   *
   * @param config what it says
   * @param settings each value, in the order of {@link #template}
   * @param adminToken the file whose first line the admin listener asks for
   */
  public record Explained(
      RetrieverConfig config, List<Setting> settings, Optional<Path> adminToken) {
    /** Copies the list. */
    public Explained {
      settings = List.copyOf(settings);
    }
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   * @throws io.tributary.nodekit.config.ConfigException if it says anything wrong
   */
  public static RetrieverConfig read(Path file) throws IOException {
    return read(file, Overrides.NONE).config();
  }

  /**
   * Reads a file, and what goes before it.
   *
   * @throws IOException if it cannot be read
   * @throws io.tributary.nodekit.config.ConfigException if either says anything wrong
   */
  public static Explained read(Path file, Overrides overrides) throws IOException {
    Path home = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    return from(ConfigForm.read(file), home, overrides);
  }

  /**
   * What a program uses that reads for itself alone: it keeps no fragments, and all that is not
   * said here is by default.
   *
   * @param network the network profile
   * @param directory what outlives the program: identity, DHT records, ledger
   */
  public static RetrieverConfig ofReader(
      Path network, Path directory, Overlay overlay, Optional<Wallet> wallet) {
    RetrieverConfig usual =
        from(ConfigForm.parse("defaults", "network = \"none\""), directory, Overrides.NONE)
            .config();
    return new RetrieverConfig(
        network,
        directory,
        usual.http,
        usual.admin,
        overlay,
        0,
        usual.memoryBytes,
        wallet,
        usual.clients,
        usual.lists,
        usual.sources);
  }

  /**
   * Reads an opened form and closes it.
   *
   * @param base what relative paths start from
   */
  static Explained from(ConfigForm file, Path base, Overrides overrides) {
    ConfigAnswers form = new ConfigAnswers(file, overrides);
    Function<String, Path> path = base::resolve;
    Path network = form.value("network", base, path);
    Path directory = form.valueOr("directory", base.resolve("retriever"), path);
    RetrieverConfig config =
        new RetrieverConfig(
            network,
            directory,
            http(form, path),
            admin(form, path),
            new Overlay(
                orElse(
                    form.list("overlay.listen", 0, MAX_FEW, Function.identity()),
                    LISTEN_EVERYWHERE),
                form.valueOr("overlay.region", new Region(DEFAULT_REGION), Region::new),
                reach(form)),
            form.integer("cache.mebibytes", 0, 1L << 24, 1024) * MIB,
            form.integer("memory.mebibytes", 128, 1L << 20, 256) * MIB,
            wallet(form, path),
            new ClientLimits(
                (int) form.integer("clients.requests-per-second", 1, 1_000_000, 200),
                (int) form.integer("clients.burst", 1, 1_000_000, 1000),
                (int) form.integer("clients.concurrent", 1, 100_000, 256),
                form.integer("clients.mebibytes-per-day", 0, 1L << 40, 0) == 0
                    ? Long.MAX_VALUE
                    : form.integer("clients.mebibytes-per-day", 0, 1L << 40, 0) * MIB,
                (int) form.integer("clients.remembered", 1, 10_000_000, 65_536)),
            new AccessLists(
                lists(form, "access.fids", Fid::parse),
                lists(form, "access.accounts", RetrieverConfig::account),
                lists(form, "access.addresses", AddressBlock::parse)),
            SourcesConfig.from(form));
    return new Explained(config, form.finish(), form.optionalValue("admin.token-file", path));
  }

  private static ReachSettings reach(ConfigAnswers form) {
    Optional<Standing> declared =
        form.valueOr("reach.standing", Optional.empty(), ReachSettings::standing);
    int reservations =
        (int)
            form.integer(
                "reach.relay-reservations",
                1,
                ReachSettings.MAX_RESERVATIONS,
                ReachSettings.USUAL_RESERVATIONS);
    int circuitKib =
        (int)
            form.integer(
                "reach.relay-circuit-kibibytes",
                ReachSettings.USUAL_CIRCUIT_KIB,
                ReachSettings.MAX_CIRCUIT_KIB,
                ReachSettings.USUAL_CIRCUIT_KIB);
    return new ReachSettings(
        declared,
        (int) form.integer("reach.relays", 0, ReachSettings.MAX_RELAYS, ReachSettings.USUAL_RELAYS),
        form.list("reach.static-relays", 0, ReachSettings.MAX_STATIC_RELAYS, ReachSettings::relay),
        form.flag("reach.relay-server", false)
            ? Optional.of(ReachSettings.limits(reservations, circuitKib))
            : Optional.empty(),
        form.flag("reach.autonat-server", true),
        form.flag("reach.hole-punching", true),
        form.flag("reach.port-mapping", false));
  }

  private static Http http(ConfigAnswers form, Function<String, Path> path) {
    Optional<Path> certificate = form.optionalValue("http.tls-certificate", path);
    Optional<Path> key = form.optionalValue("http.tls-key", path);
    Optional<TlsIdentity> tls =
        certificate.flatMap(chain -> key.map(secret -> new TlsIdentity(chain, secret)));
    if (tls.isEmpty() && (certificate.isPresent() || key.isPresent())) {
      form.refuse("http.tls-key", "stands beside http.tls-certificate or both are missing");
    }
    return new Http(
        form.valueOr(
            "http.listen", socketAddress("127.0.0.1:8080"), RetrieverConfig::socketAddress),
        tls,
        form.optionalValue("http.public-url", RetrieverConfig::baseUrl),
        form.list("http.mirrors", 0, MAX_FEW, RetrieverConfig::baseUrl),
        form.list("http.trusted-proxies", 0, MAX_FEW, AddressBlock::parse),
        (int) form.integer("http.connections", 1, 1_000_000, 4096),
        (int) form.integer("http.connections-per-address", 1, 1_000_000, 512));
  }

  private static AdminSettings admin(ConfigAnswers form, Function<String, Path> path) {
    InetSocketAddress loopback = socketAddress("127.0.0.1:0");
    InetSocketAddress listen =
        form.valueOr("admin.listen", loopback, RetrieverConfig::socketAddress);
    Optional<String> token =
        form.optionalValue("admin.token-file", path)
            .flatMap(
                file -> {
                  try {
                    return Optional.of(firstLine(file));
                  } catch (IllegalArgumentException e) {
                    form.refuse("admin.token-file", file + " " + e.getMessage());
                    return Optional.empty();
                  }
                });
    try {
      return new AdminSettings(listen, token);
    } catch (IllegalArgumentException e) {
      form.refuse("admin.listen", String.valueOf(e.getMessage()));
      return new AdminSettings(loopback, Optional.empty());
    }
  }

  private static Optional<Wallet> wallet(ConfigAnswers form, Function<String, Path> path) {
    Optional<Path> keystore = form.optionalValue("wallet.keystore", path);
    Optional<Path> password = form.optionalValue("wallet.password-file", path);
    long lane = form.integer("wallet.lane", 0, Long.MAX_VALUE, 1);
    long ceiling = form.integer("wallet.ceiling-per-gib", 0, Long.MAX_VALUE, 0);
    if (keystore.isPresent() != password.isPresent()) {
      form.refuse("wallet.password-file", "stands beside wallet.keystore or both are missing");
    }
    return keystore.flatMap(key -> password.map(secret -> new Wallet(key, secret, lane, ceiling)));
  }

  private static <T> AccessLists.Lists<T> lists(
      ConfigAnswers form, String key, Function<String, T> reader) {
    Set<T> allowed = new HashSet<>(form.list(key + "-allowed", 0, MAX_LISTED, reader));
    Set<T> blocked = new HashSet<>(form.list(key + "-blocked", 0, MAX_LISTED, reader));
    return new AccessLists.Lists<>(allowed, blocked);
  }

  private static <T> List<T> orElse(List<T> list, List<T> ifEmpty) {
    return list.isEmpty() ? ifEmpty : list;
  }

  private static AccountId account(String text) {
    return Ss58Address.parse(text).account();
  }

  private static InetSocketAddress socketAddress(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    String port = colon < 0 ? "" : text.substring(colon + 1);
    if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IllegalArgumentException("is not an address and port such as 127.0.0.1:8080");
    }
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    return new InetSocketAddress(AddressBlock.parse(bare).network(), Integer.parseInt(port));
  }

  private static URI baseUrl(String text) {
    URI uri = URI.create(text);
    boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!isHttp || uri.getHost() == null || uri.getQuery() != null || text.endsWith("/")) {
      throw new IllegalArgumentException("is not an http address such as https://cdn.example");
    }
    return uri;
  }

  private static String firstLine(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.findFirst().map(String::strip).orElse("");
    } catch (IOException | UncheckedIOException e) {
      throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Returns a configuration file with every key, its meaning and its default.
   *
   * @param network where the network profile is, as to be written into the file
   */
  public static String template(String network) {
    return """
    # Configuration of a Tributary retriever. Relative paths start from this file's directory.

    network = "%s"                        # the network profile
    #directory = "retriever"              # identity, cache, DHT records and ledger are kept there

    [http]                                # where clients are answered
    #listen = "127.0.0.1:8080"            # port 0 takes any
    #tls-certificate = "cert.pem"         # PEM, the server's first; with it, TLS only
    #tls-key = "key.pem"                  # PEM, PKCS #8, no password
    #public-url = "https://cdn.example"   # where clients reach it; said in metalinks
    #mirrors = []                         # other retrievers, for metalinks
    #trusted-proxies = []                 # address blocks whose X-Forwarded-For is believed
    #connections = 4096                   # open at a time
    #connections-per-address = 512

    [admin]                               # /healthz /readyz /status /metrics
    #listen = "127.0.0.1:0"               # another address than loopback needs a token
    #token-file = "admin.token"           # its first line; 16 characters at least

    [overlay]                             # used if the network profile has an overlay
    #listen = ["/ip4/0.0.0.0/tcp/0", "/ip4/0.0.0.0/udp/0/quic-v1"]  # multiaddrs for peers; not
                                          # on loopback only, or no cacher behind a router is met
    #region = "local"                     # whose cachers are asked first

    [reach]                               # how peers reach it from behind routers
    #standing = "find-out"                # "public" or "private" where you know whether peers can dial it
    #relays = 2                           # at so many it keeps a place while they can't; 0 for none
    #static-relays = []                   # multiaddrs with /p2p/ of relays to ask first
    #port-mapping = false                 # asks the router for ports by PCP, NAT-PMP or UPnP, if it listens outside
    #hole-punching = true                 # makes relayed connections direct; no fragment goes over a relay
    #autonat-server = true                # tries for others whether they can be dialled, if it can
    #relay-server = false                 # relays for others, if it can be dialled
    #relay-reservations = 128             # for so many
    #relay-circuit-kibibytes = 128        # of each connection, in each direction

    %s
    [cache]
    #mebibytes = 1024                     # disk for verified fragments; 0 for none, else 128 at least

    [memory]
    #mebibytes = 256                      # direct memory for fragments under way

    [wallet]                              # who pays cachers; without one only gifts are asked for
    #keystore = "wallet.json"             # as `tributary keys new` makes it
    #password-file = "wallet.password"
    #lane = 1                             # no two processes may pay with the same wallet and lane
    #ceiling-per-gib = 0                  # the most that is paid, in the token's smallest unit

    [clients]                             # for each IPv4 address or IPv6 block of 64 bits
    #requests-per-second = 200
    #burst = 1000
    #concurrent = 256
    #mebibytes-per-day = 0                # 0 for no limit
    #remembered = 65536                   # clients that are told apart

    [access]                              # blocked counts more; an empty list of allowed allows all
    #fids-allowed = []
    #fids-blocked = []
    #accounts-allowed = []                # owners of files, as addresses of the network
    #accounts-blocked = []
    #addresses-allowed = []               # clients, as 10.0.0.0/8
    #addresses-blocked = []
    """
        .formatted(network, SourcesConfig.template());
  }
}
