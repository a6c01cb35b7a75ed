package io.tributary.devnet;

import io.tributary.devnet.DevnetNode.Kind;
import java.nio.file.Path;

/** The configuration files of a devnet's nodes. */
final class NodeConfig {
  /** Small nodes: a devnet has many of them on one machine. */
  static final String JVM_FLAGS = "-Xmx320m -XX:MaxDirectMemorySize=384m -XX:+UseSerialGC";

  private NodeConfig() {}

  static String of(Kind kind, String region, Path directory, Path profile, DevWallet wallet) {
    return "";
  }
}
