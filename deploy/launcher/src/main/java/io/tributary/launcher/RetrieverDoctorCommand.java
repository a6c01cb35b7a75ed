package io.tributary.launcher;

import io.netty.util.internal.PlatformDependent;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.retriever.node.RetrieverConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks for what would keep a retriever from working here. */
@Command(
    name = "doctor",
    description = {
      "Look for what would keep a retriever from working here, before it is started.",
      "Prints a line per check, with what to do where one fails; then exits with 3."
    },
    mixinStandardHelpOptions = true)
final class RetrieverDoctorCommand implements Callable<Integer> {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
  private static final long ENOUGH_FILES = 8192;
  private static final long OTHER_DIRECT_BYTES = 128L << 20;
  private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d+)");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "retriever.toml",
      description = "The configuration (default: ${DEFAULT-VALUE}).")
  private Path config = Path.of("retriever.toml");

  private boolean isHealthy = true;

  @Override
  public Integer call() throws IOException {
    RetrieverConfig read = RetrieverConfig.read(config);
    say("configuration", Optional.empty());
    NetworkProfile network = NetworkProfile.read(read.network());
    say("network profile " + network.name(), Optional.empty());
    say("room in " + read.directory(), room(read));
    say("HTTP address " + read.http().listen(), free(read.http().listen()));
    say("admin address " + read.admin().bind(), free(read.admin().bind()));
    for (URI endpoint : network.chain().rpc()) {
      say("chain endpoint " + endpoint.getHost() + ":" + port(endpoint), reachable(endpoint));
    }
    if (read.wallet().isPresent()) {
      say("wallet " + read.wallet().get().keystore(), secret(read.wallet().get().keystore()));
      say(
          "password " + read.wallet().get().passwordFile(),
          secret(read.wallet().get().passwordFile()));
    }
    say("open files", openFiles());
    say("direct memory", directMemory(read.memoryBytes()));
    return isHealthy ? ExitCode.OK.code() : ExitCode.CONFIG.code();
  }

  private void say(String what, Optional<String> fix) {
    PrintWriter out = spec.commandLine().getOut();
    isHealthy &= fix.isEmpty();
    out.println(fix.isEmpty() ? "ok   " + what : "FIX  " + what + ": " + fix.get());
    out.flush();
  }

  private static Optional<String> room(RetrieverConfig config) throws IOException {
    Files.createDirectories(config.directory());
    if (!Files.isWritable(config.directory())) {
      return Optional.of("it cannot be written; give it to the user that runs the node");
    }
    boolean isMade = Files.exists(config.directory().resolve("cache"));
    long free = Files.getFileStore(config.directory()).getUsableSpace();
    return isMade || free > config.cacheBytes()
        ? Optional.empty()
        : Optional.of(
            "the cache wants "
                + Terminal.bytes(config.cacheBytes())
                + ", free are "
                + Terminal.bytes(free)
                + "; lower cache.mebibytes or free some");
  }

  private static Optional<String> free(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getMessage() + "; stop what listens there, or choose another");
    }
  }

  private static Optional<String> reachable(URI endpoint) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(endpoint.getHost(), port(endpoint)),
          (int) CONNECT_WITHIN.toMillis());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getMessage() + "; check the profile, and the way out of this network");
    }
  }

  private static int port(URI endpoint) {
    boolean isSecure = "https".equals(endpoint.getScheme()) || "wss".equals(endpoint.getScheme());
    return endpoint.getPort() >= 0 ? endpoint.getPort() : isSecure ? 443 : 80;
  }

  private static Optional<String> secret(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      return Optional.of("it cannot be read");
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    boolean isOpen =
        permissions.stream().anyMatch(permission -> !permission.name().startsWith("OWNER"));
    return isOpen ? Optional.of("others can read it; chmod 600 it") : Optional.empty();
  }

  private static Optional<String> openFiles() {
    Matcher limit;
    try {
      limit = OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
    } catch (IOException e) {
      // Elsewhere than on Linux nobody can be asked.
      return Optional.empty();
    }
    return !limit.find() || Long.parseLong(limit.group(1)) >= ENOUGH_FILES
        ? Optional.empty()
        : Optional.of(
            limit.group(1) + " may be open; allow " + ENOUGH_FILES + " (ulimit -n, LimitNOFILE)");
  }

  private static Optional<String> directMemory(long wanted) {
    long most = PlatformDependent.maxDirectMemory();
    return most >= wanted + OTHER_DIRECT_BYTES
        ? Optional.empty()
        : Optional.of(
            "the JVM allows "
                + Terminal.bytes(most)
                + "; lower memory.mebibytes or set TRIBUTARY_JAVA_OPTS=-XX:MaxDirectMemorySize="
                + (wanted + OTHER_DIRECT_BYTES));
  }
}
