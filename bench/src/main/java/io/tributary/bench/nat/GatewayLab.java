package io.tributary.bench.nat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A house behind a router that maps ports, and somebody outside, as network namespaces of this
 * machine without a way out of them. The router is {@code miniupnpd}, which speaks UPnP, NAT-PMP
 * and PCP and writes rules of nftables.
 *
 * <pre>
 *   house 10.3.0.2 -- 10.3.0.1 router 203.0.113.7 -- outside 203.0.113.10
 * </pre>
 *
 * <p>Needs root, iproute2, nftables and miniupnpd. All of it lives until {@link #close}.
 */
final class GatewayLab implements AutoCloseable {

  /** The address of the house. */
  static final String HOUSE = "10.3.0.2";

  /** The router's address, where mapped ports are. */
  static final String OUTER = "203.0.113.7";

  /**
   * What the router calls its address. The daemon maps nothing if that is one of those reserved for
   * documentation. It is only told: nothing in here has it, and nobody sends there.
   */
  static final String TOLD = "128.66.0.7";

  private static final List<String> NAMESPACES = List.of("house", "router", "outside");
  private static final long END_SECONDS = 10;

  /** Nothing comes in but answers, and what the daemon lets in. */
  private static final String RULES =
      """
      table inet filter {
        chain c_fwd { type filter hook forward priority 0; policy drop;
          ct state established,related accept; iifname lan accept; jump miniupnpd; }
        chain miniupnpd { }
        chain c_pre { type nat hook prerouting priority -100; jump prerouting_miniupnpd; }
        chain c_post { type nat hook postrouting priority 100;
          jump postrouting_miniupnpd; oifname wan masquerade; }
        chain prerouting_miniupnpd { }
        chain postrouting_miniupnpd { }
      }
      """;

  private static final String DAEMON =
      """
      ext_ifname=wan
      listening_ip=lan
      http_port=5000
      enable_natpmp=yes
      enable_upnp=yes
      secure_mode=yes
      ext_ip=%s
      system_uptime=yes
      min_lifetime=%d
      max_lifetime=%d
      uuid=73a9cb1e-a00f-4d28-a412-3f5c8dbbd2a6
      serial=1
      model_number=1
      upnp_forward_chain=miniupnpd
      upnp_nat_chain=prerouting_miniupnpd
      upnp_nat_postrouting_chain=postrouting_miniupnpd
      allow 1024-65535 10.3.0.0/24 1024-65535
      deny 0-65535 0.0.0.0/0 0-65535
      """;

  private final String prefix = "tgate" + ProcessHandle.current().pid() + "-";
  private final Path folder = Files.createTempDirectory("tributary-gateway-");
  private Optional<Process> daemon = Optional.empty();

  private GatewayLab() throws IOException {}

  /** Why there can be none here; empty if there can. */
  static Optional<String> obstacle() {
    return NatLab.isInstalled("miniupnpd")
        ? NatLab.obstacle()
        : Optional.of("there is no program miniupnpd");
  }

  /**
   * Builds it.
   *
   * @param leastSeconds the shortest lease that the router grants by PCP and NAT-PMP
   * @param mostSeconds the longest
   */
  static GatewayLab build(int leastSeconds, int mostSeconds) throws IOException {
    GatewayLab lab = new GatewayLab();
    try {
      NatLab.run(lab.script());
      Path config = lab.folder.resolve("miniupnpd.conf");
      Files.writeString(config, DAEMON.formatted(TOLD, leastSeconds, mostSeconds));
      List<String> command =
          lab.in(
              "router",
              List.of(
                  "sh",
                  "-c",
                  "PATH=$PATH:/usr/sbin:/sbin exec miniupnpd -d -f \"$0\" -P \"$1\"",
                  config.toString(),
                  lab.folder.resolve("pid").toString()));
      lab.daemon =
          Optional.of(
              new ProcessBuilder(command)
                  .redirectErrorStream(true)
                  .redirectOutput(lab.log().toFile())
                  .start());
      return lab;
    } catch (IOException e) {
      lab.close();
      throw e;
    }
  }

  private Path log() {
    return folder.resolve("miniupnpd.log");
  }

  /** What the router has said. */
  String said() throws IOException {
    return Files.exists(log()) ? Files.readString(log()) : "";
  }

  private String script() {
    StringBuilder out = new StringBuilder("set -eu\n");
    for (String each : NAMESPACES) {
      out.append("ip netns add ").append(prefix).append(each).append('\n');
      out.append("ip -n ").append(prefix).append(each).append(" link set lo up\n");
    }
    link(out, "house", "eth0", HOUSE + "/24", "router", "lan", "10.3.0.1/24");
    link(out, "outside", "eth0", "203.0.113.10/24", "router", "wan", OUTER + "/24");
    out.append("ip -n ").append(prefix).append("house route add default via 10.3.0.1\n");
    out.append("ip netns exec ")
        .append(prefix)
        .append("router sysctl -qw net.ipv4.ip_forward=1\n")
        .append("ip netns exec ")
        .append(prefix)
        .append("router nft -f - <<'RULES'\n")
        .append(RULES)
        .append("RULES\n");
    return out.toString();
  }

  private void link(
      StringBuilder out,
      String one,
      String oneDevice,
      String oneAddress,
      String other,
      String otherDevice,
      String otherAddress) {
    out.append(
        """
        ip link add %1$s netns %2$s type veth peer name %4$s netns %5$s
        ip -n %2$s addr add %3$s dev %1$s
        ip -n %5$s addr add %6$s dev %4$s
        ip -n %2$s link set %1$s up
        ip -n %5$s link set %4$s up
        """
            .formatted(
                oneDevice, prefix + one, oneAddress, otherDevice, prefix + other, otherAddress));
  }

  private List<String> in(String namespace, List<String> command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", prefix + namespace));
    whole.addAll(command);
    return whole;
  }

  /** The command that runs another one in the house. */
  List<String> inTheHouse(List<String> command) {
    return in("house", command);
  }

  /** The rules of the router as they are. */
  String rules() throws IOException {
    return NatLab.run("ip netns exec " + prefix + "router nft list ruleset");
  }

  /** Whether somebody outside gets a TCP connection to a port of the router. */
  boolean isOpen(int port) throws IOException {
    String connects =
        "ip netns exec %soutside timeout 5 bash -c 'exec 3<>/dev/tcp/%s/%d' 2>/dev/null"
            .formatted(prefix, OUTER, port);
    return NatLab.run("if " + connects + "; then echo open; fi").contains("open");
  }

  @Override
  public void close() throws IOException {
    daemon.ifPresent(GatewayLab::end);
    StringBuilder out = new StringBuilder();
    for (String each : NAMESPACES) {
      out.append("ip netns del ").append(prefix).append(each).append(" 2>/dev/null || true\n");
    }
    NatLab.run(out.toString());
    for (String each : List.of("miniupnpd.conf", "miniupnpd.log", "pid")) {
      Files.deleteIfExists(folder.resolve(each));
    }
    Files.deleteIfExists(folder);
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(END_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
