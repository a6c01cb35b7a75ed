package io.tributary.cacher.node.config;

import io.tributary.cacher.node.config.CacherConfig.EscrowKind;
import io.tributary.cacher.node.demand.DemandSettings;
import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.nodekit.config.ConfigAnswers;
import io.tributary.nodekit.config.ConfigForm;
import io.tributary.nodekit.config.Overrides;
import io.tributary.nodekit.config.Setting;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.region.Region;
import io.tributary.region.placement.Placement;
import io.tributary.region.reach.ReachSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A cacher's configuration file, read.
 *
 * @param config what it says
 * @param settings where each value came from
 */
public record CacherConfigFile(CacherConfig config, List<Setting> settings) {
  private static final long MIB = 1L << 20;
  private static final int MAX_LIST = 10_000;
  private static final int MAX_ADDRESSES = 16;
  private static final int MOST_HOMES = 8;
  private static final EvmAddress NOBODY = EvmAddress.of(new byte[EvmAddress.BYTES]);

  /**
   * Reads a file. Paths in it are relative to its own directory.
   *
   * @param overrides values that go before those of the file
   * @throws IOException if it cannot be read
   * @throws io.tributary.nodekit.config.ConfigException with all mistakes
   */
  public static CacherConfigFile read(Path file, Overrides overrides) throws IOException {
    Path home = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    return from(ConfigForm.read(file), home, overrides);
  }

  static CacherConfigFile from(ConfigForm form, Path home, Overrides overrides) {
    ConfigAnswers answers = new ConfigAnswers(form, overrides);
    Function<String, Path> path = text -> home.resolve(text).normalize();
    CacherConfig config =
        new CacherConfig(
            answers.value("network", home, path),
            answers.valueOr("directory", home, path),
            answers.value("region", new Region("nowhere"), Region::new),
            new CacherConfig.Listen(
                answers.list("listen.addresses", 0, MAX_ADDRESSES, Multiaddr::parse),
                answers.list("listen.announce", 0, MAX_ADDRESSES, Multiaddr::parse)),
            reach(answers),
            new CacherConfig.Store(
                answers.valueOr("store.quota", 10L << 30, Readers::bytes),
                answers.valueOr("store.scrub-per-second", 8 * MIB, Readers::bytes)),
            payment(answers, path),
            settlement(answers),
            limits(answers),
            http(answers, path),
            rules(answers),
            new CacherConfig.Admin(
                answers.valueOr("admin.listen", loopback(9601), Readers::socket),
                answers.optionalValue("admin.token-file", path)),
            Duration.ofSeconds(answers.integer("drain-seconds", 0, 3600, 30)));
    return new CacherConfigFile(config, answers.finish());
  }

  private static ReachSettings reach(ConfigAnswers answers) {
    Optional<Standing> declared =
        answers.valueOr("reach.standing", Optional.empty(), ReachSettings::standing);
    int reservations =
        (int)
            answers.integer(
                "reach.relay-reservations",
                1,
                ReachSettings.MAX_RESERVATIONS,
                ReachSettings.USUAL_RESERVATIONS);
    int circuitKib =
        (int)
            answers.integer(
                "reach.relay-circuit-kibibytes",
                ReachSettings.USUAL_CIRCUIT_KIB,
                ReachSettings.MAX_CIRCUIT_KIB,
                ReachSettings.USUAL_CIRCUIT_KIB);
    return new ReachSettings(
        declared,
        (int)
            answers.integer(
                "reach.relays", 0, ReachSettings.MAX_RELAYS, ReachSettings.USUAL_RELAYS),
        answers.list(
            "reach.static-relays", 0, ReachSettings.MAX_STATIC_RELAYS, ReachSettings::relay),
        answers.flag("reach.relay-server", false)
            ? Optional.of(ReachSettings.limits(reservations, circuitKib))
            : Optional.empty(),
        answers.flag("reach.autonat-server", true),
        answers.flag("reach.hole-punching", true),
        answers.flag("reach.port-mapping", false));
  }

  private static CacherConfig.Payment payment(ConfigAnswers answers, Function<String, Path> path) {
    PricePerGib price =
        answers.valueOr("payment.price-per-gib", PricePerGib.FREE, CacherConfigFile::price);
    Map<EvmAddress, Amount> escrow = new HashMap<>();
    answers
        .list("payment.static-escrow", 0, MAX_LIST, CacherConfigFile::payer)
        .forEach(each -> escrow.put(each.getKey(), each.getValue()));
    Optional<Path> keystore = answers.optionalValue("payment.keystore", path);
    Optional<Path> password = answers.optionalValue("payment.password-file", path);
    return new CacherConfig.Payment(
        price,
        answers.valueOr("payment.payout", NOBODY, EvmAddress::parse),
        answers.valueOr("payment.escrow", EscrowKind.CONTRACT, CacherConfigFile::escrowKind),
        escrow,
        keystore.isPresent() && password.isPresent()
            ? Optional.of(new CacherConfig.Wallet(keystore.get(), password.get()))
            : Optional.empty(),
        answers.valueOr("payment.sibling-ceiling", price, CacherConfigFile::price));
  }

  private static CacherConfig.Settlement settlement(ConfigAnswers answers) {
    int freshSeconds = (int) answers.integer("settlement.fresh-seconds", 1, 86_400, 120);
    return new CacherConfig.Settlement(
        Duration.ofSeconds(answers.integer("settlement.ask-every-seconds", 1, 600, 3)),
        Duration.ofSeconds(answers.integer("settlement.answer-within-seconds", 1, 120, 10)),
        Duration.ofSeconds(freshSeconds),
        Duration.ofSeconds(
            Math.max(freshSeconds, answers.integer("settlement.good-seconds", 1, 86_400, 43_200))),
        (int) answers.integer("settlement.redeem-worth", 1, 1_000_000, 50),
        Duration.ofSeconds(
            answers.integer("settlement.redeem-wait-seconds", 1, 7_776_000, 604_800)),
        Duration.ofSeconds(answers.integer("settlement.resend-seconds", 10, 86_400, 600)));
  }

  private static CacherConfig.Limits limits(ConfigAnswers answers) {
    return new CacherConfig.Limits(
        (int) answers.integer("limits.deliveries", 1, 65_536, 8192),
        (int) answers.integer("limits.deliveries-per-peer", 1, 65_536, 512),
        (int) answers.integer("limits.fills", 1, 1024, 64),
        answers.valueOr("limits.bytes-per-second", 0L, Readers::bytes),
        answers.valueOr("limits.bytes-per-second-per-peer", 0L, Readers::bytes),
        answers.valueOr("limits.share-per-second", 64 * MIB, CacherConfigFile::share),
        (int)
            answers.integer(
                "limits.homes", DemandSettings.BASE_HOMES, Placement.MAX_HOMES, MOST_HOMES),
        answers.valueOr("limits.prefetch-per-second", 32 * MIB, Readers::bytes));
  }

  private static Optional<CacherConfig.Http> http(
      ConfigAnswers answers, Function<String, Path> path) {
    if (!answers.hasAny("http")) {
      return Optional.empty();
    }
    InetSocketAddress bind = answers.value("http.listen", loopback(0), Readers::socket);
    List<IpPrefix> allowed = answers.list("http.allow", 0, MAX_LIST, IpPrefix::parse);
    List<EvmAddress> payers = answers.list("http.payers", 0, MAX_LIST, EvmAddress::parse);
    Optional<Path> certificates = answers.optionalValue("http.certificates", path);
    Optional<Path> key = answers.optionalValue("http.key", path);
    return Optional.of(
        new CacherConfig.Http(
            bind,
            allowed,
            payers,
            certificates.isPresent() && key.isPresent()
                ? Optional.of(new CacherConfig.Tls(certificates.get(), key.get()))
                : Optional.empty()));
  }

  private static CacherConfig.Rules rules(ConfigAnswers answers) {
    return new CacherConfig.Rules(
        answers.list("rules.blocked-files", 0, MAX_LIST, Fid::parse),
        answers.list("rules.allowed-files", 0, MAX_LIST, Fid::parse),
        answers.list("rules.blocked-owners", 0, MAX_LIST, CacherConfigFile::account),
        answers.list("rules.blocked-fragments", 0, MAX_LIST, FragmentHash::parse),
        answers.list("rules.blocked-peers", 0, MAX_LIST, PeerId::parse),
        answers.list("rules.blocked-regions", 0, MAX_LIST, Region::new),
        answers.list("rules.gift-peers", 0, MAX_LIST, PeerId::parse),
        Duration.ofSeconds(answers.integer("rules.purge-seconds", 10, 604_800, 3600)));
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static long share(String text) {
    long bytes = Readers.bytes(text);
    if (bytes < MIB) {
      throw new IllegalArgumentException("is less than 1 MiB");
    }
    return bytes;
  }

  private static PricePerGib price(String text) {
    return new PricePerGib(Readers.amount(text));
  }

  private static AccountId account(String text) {
    return Ss58Address.parse(text).account();
  }

  private static Map.Entry<EvmAddress, Amount> payer(String text) {
    int at = text.indexOf('=');
    if (at < 0) {
      throw new IllegalArgumentException("is not PAYER=AMOUNT");
    }
    return Map.entry(
        EvmAddress.parse(text.substring(0, at).strip()),
        Readers.amount(text.substring(at + 1).strip()));
  }

  private static EscrowKind escrowKind(String text) {
    for (EscrowKind kind : EscrowKind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("is neither \"static\" nor \"contract\"");
  }

  /** Returns a file with all keys, explained, to begin with. */
  public static String template() {
    try (InputStream in = CacherConfigFile.class.getResourceAsStream("cacher.toml")) {
      if (in == null) {
        throw new IllegalStateException("the template is missing from the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
