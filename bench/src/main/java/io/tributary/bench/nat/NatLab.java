package io.tributary.bench.nat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Two sites behind NATs and two public hosts, as network namespaces of this machine, without a way
 * out of them.
 *
 * <pre>
 *   site-a 10.1.0.2 -- home-a -- provider-a 203.0.113.2  --+-- one  203.0.113.10
 *                                                           |
 *   site-b 10.2.0.2 -- home-b -- provider-b 198.51.100.3 --+-- two  198.51.100.20
 * </pre>
 *
 * The router that stands outside does the translation; the home router only under CGNAT, and passes
 * everything on otherwise. All addresses but the sites' are reserved for documentation.
 *
 * <p>Needs root, iproute2 and nftables. The namespaces live until {@link #close}.
 */
public final class NatLab implements AutoCloseable {

  /** A site behind a NAT. */
  public enum Site {
    A("site-a"),
    B("site-b");

    private final String namespace;

    Site(String namespace) {
      this.namespace = namespace;
    }
  }

  /** A host that everybody reaches. */
  public enum PublicHost {
    ONE("one", "203.0.113.10"),
    TWO("two", "198.51.100.20");

    private final String namespace;
    private final String address;

    PublicHost(String namespace, String address) {
      this.namespace = namespace;
      this.address = address;
    }

    /** Its IPv4 address. */
    public String address() {
      return address;
    }
  }

  /** The blocks that count as public in here. */
  public static final List<String> PUBLIC_BLOCKS = List.of("203.0.113.0/24", "198.51.100.0/24");

  private static final long COMMAND_SECONDS = 30;
  private static final int MAX_OUTPUT_CHARS = 2000;
  private static final List<String> NAMESPACES =
      List.of(
          "net", "one", "two", "provider-a", "provider-b", "home-a", "home-b", "site-a", "site-b");

  private final String prefix;

  private NatLab(String prefix) {
    this.prefix = prefix;
  }

  /** Why there can be no laboratory here; empty if there can. */
  public static Optional<String> obstacle() {
    for (String tool : List.of("ip", "nft", "sysctl")) {
      if (!isInstalled(tool)) {
        return Optional.of("there is no program " + tool);
      }
    }
    try {
      run("ip netns add tnat-probe-" + pid() + " && ip netns del tnat-probe-" + pid());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("namespaces can't be made: " + e.getMessage());
    }
  }

  static boolean isInstalled(String tool) {
    return List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin").stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  /** Builds it; all routers translate nothing yet, so {@link #translate} comes next. */
  public static NatLab build() throws IOException {
    NatLab lab = new NatLab("tnat" + pid() + "-");
    try {
      run(lab.script());
      return lab;
    } catch (IOException e) {
      lab.close();
      throw e;
    }
  }

  private String script() {
    StringBuilder out = new StringBuilder("set -eu\n");
    for (String each : NAMESPACES) {
      out.append("ip netns add ").append(prefix).append(each).append('\n');
      out.append(in(each, "ip link set lo up"));
      out.append(in(each, "sysctl -qw net.ipv4.ip_forward=1"));
    }
    out.append(in("net", "ip link add br0 type bridge"));
    out.append(in("net", "ip link set br0 up"));
    link(out, "one", "out", "203.0.113.10/24", "net", "p1", "");
    link(out, "two", "out", "198.51.100.20/24", "net", "p2", "");
    link(out, "provider-a", "out", "203.0.113.2/24", "net", "p3", "");
    link(out, "provider-b", "out", "198.51.100.3/24", "net", "p4", "");
    for (String port : List.of("p1", "p2", "p3", "p4")) {
      out.append(in("net", "ip link set " + port + " master br0"));
    }
    for (String each : List.of("one", "provider-a")) {
      out.append(in(each, "ip route add 198.51.100.0/24 dev out"));
    }
    for (String each : List.of("two", "provider-b")) {
      out.append(in(each, "ip route add 203.0.113.0/24 dev out"));
    }
    site(out, "a", "10.1.0", "100.64.1");
    site(out, "b", "10.2.0", "100.64.2");
    return out.toString();
  }

  private void site(StringBuilder out, String name, String inner, String middle) {
    link(out, "home-" + name, "out", middle + ".2/24", "provider-" + name, "in", middle + ".1/24");
    link(out, "site-" + name, "eth0", inner + ".2/24", "home-" + name, "in", inner + ".1/24");
    out.append(in("site-" + name, "ip route add default via " + inner + ".1"));
    out.append(in("home-" + name, "ip route add default via " + middle + ".1"));
    out.append(in("provider-" + name, "ip route add " + inner + ".0/24 via " + middle + ".2"));
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
        "ip link add %s netns %s%s type veth peer name %s netns %s%s\n"
            .formatted(oneDevice, prefix, one, otherDevice, prefix, other));
    out.append(in(one, "ip addr add " + oneAddress + " dev " + oneDevice));
    if (!otherAddress.isEmpty()) {
      out.append(in(other, "ip addr add " + otherAddress + " dev " + otherDevice));
    }
    out.append(in(one, "ip link set " + oneDevice + " up"));
    out.append(in(other, "ip link set " + otherDevice + " up"));
  }

  private String in(String namespace, String command) {
    return "ip netns exec " + prefix + namespace + " " + command + "\n";
  }

  /** Has a site's routers translate in one way from now on; connections there are break. */
  public void translate(Site site, NatKind kind) throws IOException {
    String name = site == Site.A ? "a" : "b";
    String host = site == Site.A ? "10.1.0.2" : "10.2.0.2";
    String middle = site == Site.A ? "100.64.1.2" : "100.64.2.2";
    boolean twice = kind == NatKind.CGNAT;
    rule("provider-" + name, kind.rules(twice ? middle : host));
    rule("home-" + name, twice ? kind.rules(host) : "flush ruleset\n");
  }

  /** Has a site's router forget whom the site has sent to, as if it came to these peers anew. */
  void forget(Site site, NatKind kind) throws IOException {
    // Connections are told apart by the site's port, a new one each time; only this is not.
    if (kind == NatKind.ADDRESS_RESTRICTED) {
      String name = site == Site.A ? "a" : "b";
      run("ip netns exec " + prefix + "provider-" + name + " nft flush set ip lab known\n");
    }
  }

  private void rule(String namespace, String rules) throws IOException {
    run("ip netns exec " + prefix + namespace + " nft -f - <<'RULES'\n" + rules + "RULES\n");
  }

  /** The command that runs another one at a site. */
  public List<String> at(Site site, List<String> command) {
    return at(site.namespace, command);
  }

  /** The command that runs another one at a public host. */
  public List<String> at(PublicHost host, List<String> command) {
    return at(host.namespace, command);
  }

  private List<String> at(String namespace, List<String> command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", prefix + namespace));
    whole.addAll(command);
    return whole;
  }

  /** Takes it down. Whoever started processes in it ends them before. */
  @Override
  public void close() throws IOException {
    StringBuilder out = new StringBuilder();
    for (String each : NAMESPACES) {
      out.append("ip netns del ").append(prefix).append(each).append(" 2>/dev/null || true\n");
    }
    run(out.toString());
  }

  /** Has a site's own router refuse what goes to some TCP ports of others. */
  void shut(Site site, int firstPort, int lastPort) throws IOException {
    run(
        "ip netns exec %shome-%s nft -f - <<'RULES'\n".formatted(prefix, site == Site.A ? "a" : "b")
            + """
            table ip shut {
              chain c_fwd { type filter hook forward priority -10;
                iifname in tcp dport %d-%d reject with tcp reset; }
            }
            RULES
            """
                .formatted(firstPort, lastPort));
  }

  /** Runs commands by a shell; returns what they say. */
  static String run(String script) throws IOException {
    Process process = new ProcessBuilder("sh", "-s").redirectErrorStream(true).start();
    try (var in = process.outputWriter(UTF_8)) {
      in.write("PATH=$PATH:/usr/sbin:/sbin\n");
      in.write(script);
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(said.substring(0, Math.min(said.length(), MAX_OUTPUT_CHARS)).strip());
      }
      return said;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
