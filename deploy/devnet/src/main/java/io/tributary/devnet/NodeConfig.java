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

  private NodeConfig() {}

  static String of(Kind kind, String region, Path profile, DevWallet wallet) {
    return switch (kind) {
      case CACHER ->
          """
          network = "%s"
          directory = "state"
          region = "%s"

          [listen]
          addresses = ["/ip4/127.0.0.1/tcp/0"]

          [store]
          quota = "1 GiB"

          [payment]
          price-per-gib = "%d"
          payout = "%s"
          escrow = "contract"
          keystore = "%s"
          password-file = "%s"

          [http]
          listen = "127.0.0.1:0"
          allow = ["127.0.0.0/8"]

          [admin]
          listen = "127.0.0.1:0"
          """
              .formatted(
                  profile.toAbsolutePath(),
                  region,
                  PRICE_PER_GIB,
                  wallet.address(),
                  wallet.keystore().toAbsolutePath(),
                  wallet.passwordFile().toAbsolutePath());
      case RETRIEVER ->
          """
          network = "%s"
          directory = "state"

          [http]
          listen = "127.0.0.1:0"

          [admin]
          listen = "127.0.0.1:0"

          [overlay]
          listen = ["/ip4/127.0.0.1/tcp/0"]
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
                  region,
                  wallet.keystore().toAbsolutePath(),
                  wallet.passwordFile().toAbsolutePath(),
                  PRICE_PER_GIB);
    };
  }
}
