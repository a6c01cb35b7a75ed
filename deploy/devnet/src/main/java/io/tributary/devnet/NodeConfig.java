package io.tributary.devnet;

import io.tributary.devnet.DevnetNode.Kind;
import java.nio.file.Path;
import java.util.List;

/** The configuration files of a devnet's nodes. */
final class NodeConfig {
  /** Small nodes: a devnet has many of them on one machine. */
  static final List<String> JVM_FLAGS =
      List.of("-Xmx320m", "-XX:MaxDirectMemorySize=512m", "-XX:+UseSerialGC");

  /** In the token's smallest unit: a thousandth of a token of 18 decimals. */
  private static final long PRICE_PER_GIB = 1_000_000_000_000_000L;

  /** Where nodes that are started elsewhere are reached by their peers. */
  static final int PEER_PORT = 4001;

  private NodeConfig() {}

  /**
   * Where a node keeps its state and listens.
   *
   * @param directory as written in its file
   * @param peers the multiaddr
   * @param http the address and port
   * @param admin likewise
   * @param clients who may ask a cacher by HTTP
   */
  private record Place(String directory, String peers, String http, String admin, String clients) {
    static final Place HERE =
        new Place("state", "/ip4/127.0.0.1/tcp/0", "127.0.0.1:0", "127.0.0.1:0", "127.0.0.0/8");

    static final Place ELSEWHERE =
        new Place(
            "/var/lib/tributary",
            "/ip4/0.0.0.0/tcp/" + PEER_PORT,
            "0.0.0.0:8080",
            "127.0.0.1:9601",
            "0.0.0.0/0");
  }

  /** Of a node on this machine: any free ports on loopback, its state beside its file. */
  static String of(Kind kind, String region, Path profile, DevWallet wallet) {
    return write(kind, region, profile, wallet, Place.HERE);
  }

  /** Of a node that has a machine of its own, as in a container: the usual ports and directory. */
  static String elsewhere(Kind kind, String region, Path profile, DevWallet wallet) {
    return write(kind, region, profile, wallet, Place.ELSEWHERE);
  }

  private static String write(
      Kind kind, String region, Path profile, DevWallet wallet, Place place) {
    return switch (kind) {
      case CACHER ->
          """
          network = "%s"
          directory = "%s"
          region = "%s"

          [listen]
          addresses = ["%s"]

          [store]
          quota = "1 GiB"

          [payment]
          price-per-gib = "%d"
          payout = "%s"
          escrow = "contract"
          keystore = "%s"
          password-file = "%s"

          [http]
          listen = "%s"
          allow = ["%s"]

          [admin]
          listen = "%s"
          """
              .formatted(
                  profile.toAbsolutePath(),
                  place.directory(),
                  region,
                  place.peers(),
                  PRICE_PER_GIB,
                  wallet.address(),
                  wallet.keystore().toAbsolutePath(),
                  wallet.passwordFile().toAbsolutePath(),
                  place.http(),
                  place.clients(),
                  place.admin());
      case RETRIEVER ->
          """
          network = "%s"
          directory = "%s"

          [http]
          listen = "%s"

          [admin]
          listen = "%s"

          [overlay]
          listen = ["%s"]
          region = "%s"

          [cache]
          mebibytes = 512

          [memory]
          mebibytes = 256

          [wallet]
          keystore = "%s"
          password-file = "%s"
          lane = 1
          ceiling-per-gib = %d
          """
              .formatted(
                  profile.toAbsolutePath(),
                  place.directory(),
                  place.http(),
                  place.admin(),
                  place.peers(),
                  region,
                  wallet.keystore().toAbsolutePath(),
                  wallet.passwordFile().toAbsolutePath(),
                  PRICE_PER_GIB);
    };
  }
}
