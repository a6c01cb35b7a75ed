package io.tributary.launcher;

import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostBuilder;
import io.tributary.libp2p.identity.KeyFile;
import io.tributary.libp2p.identity.KeyFileException;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.Transport;
import io.tributary.libp2p.transport.quic.QuicTransport;
import io.tributary.libp2p.transport.tcp.TcpTransport;
import io.tributary.libp2p.trial.TrialEvent;
import io.tributary.libp2p.trial.TrialException;
import io.tributary.libp2p.trial.TrialFailure;
import io.tributary.libp2p.trial.TrialNat;
import io.tributary.libp2p.trial.TrialPeer;
import io.tributary.libp2p.trial.TrialPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a libp2p peer that other implementations can be tried out with. */
@Command(
    name = "peer",
    description = {
      "Run a libp2p peer, to be put beside one of any other implementation.",
      "",
      "It answers identify, ping, /perf/1.0.0, /echo/1.0.0 (sends all back), /sink/1.0.0 (answers"
          + " the length, 8 bytes, and SHA-256 of what came), /source/1.0.0 (takes a length, 8"
          + " bytes, and sends as many), /reset/1.0.0 (resets with code 7 at the first byte) and"
          + " /hold/1.0.0 (never reads). Whatever it is told to try with the peers it dials is"
          + " checked to the last byte. Anybody may have any number of bytes of it, so do not"
          + " leave it open to strangers.",
      "",
      "Standard output has one JSON object a line: event is started, listening, connected,"
          + " identified, ping, stream, reset, perf, autonat, punch, error (with step, reason,"
          + " fault and retry), done or disconnected.",
      ""
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tributary libp2p peer --listen /ip4/127.0.0.1/tcp/4001",
      "  tributary libp2p peer --dial /ip4/127.0.0.1/tcp/4001/p2p/12D3Koo... --ping 5 --edges",
      "  tributary libp2p peer --dial /ip4/127.0.0.1/udp/4001/quic-v1/p2p/12D3Koo... --echo 1MiB",
      "  tributary libp2p peer --dial ... --security noise --sink 1GiB --source 1GiB --streams 1000",
      "  tributary libp2p peer --listen /ip4/127.0.0.1/tcp/4001 --relay-server",
      "  tributary libp2p peer --dcutr --listen /ip4/127.0.0.1/tcp/4001/p2p/RELAY/p2p-circuit",
      "  tributary libp2p peer --dcutr --dial /ip4/.../p2p/RELAY/p2p-circuit/p2p/PEER --echo 1MiB",
      "  tributary libp2p peer --autonat --listen /ip4/127.0.0.1/tcp/0 --public 127.0.0.0/8 --dial ...",
      "",
      "Exit code 0 if all succeeded, else that of the first failure: 3 key file, 5 wrong bytes,",
      "6 unreachable, 7 time ran out."
    })
final class LibP2pPeerCommand implements Callable<Integer> {

  /** How connections are secured. */
  enum Security {
    TLS,
    NOISE;

    SecurityProtocol of(PrivateKey key) {
      return this == TLS ? new TlsProtocol(key) : new NoiseProtocol(key);
    }
  }

  /** What connections run on. */
  enum Carrier {
    TCP,
    QUIC;

    Transport on(IoEngine io, PrivateKey key) {
      return switch (this) {
        case TCP -> new TcpTransport(io);
        case QUIC -> new QuicTransport(io, key);
      };
    }
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--listen",
      paramLabel = "ADDR",
      converter = AddressConverter.class,
      description = "Listen at a multiaddr; port 0 takes any. May be repeated.")
  private List<Multiaddr> listen = new ArrayList<>();

  @Option(
      names = "--dial",
      paramLabel = "MULTIADDR",
      converter = AddressConverter.class,
      description = {
        "Connect to a peer and go through what is to be tried. May be repeated.",
        "Without /p2p/ID at its end, whoever answers is taken."
      })
  private List<Multiaddr> dial = new ArrayList<>();

  @Option(
      names = "--identity",
      paramLabel = "KEYFILE",
      description =
          "Be the peer of this key; the file is made if there is none. Default: a new key.")
  private Optional<Path> identity = Optional.empty();

  @Option(
      names = "--security",
      paramLabel = "NAME",
      split = ",",
      description =
          "Of TCP connections: tls, noise or both, the preferred first. Default: tls,noise")
  private List<Security> security = List.of(Security.TLS, Security.NOISE);

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      split = ",",
      description = "Of ${COMPLETION-CANDIDATES}, the preferred first. Default: all")
  private List<Carrier> transport = Arrays.asList(Carrier.values());

  @Option(names = "--ping", paramLabel = "N", description = "Ping as often.")
  private int pings;

  @Option(
      names = "--echo",
      paramLabel = "BYTES",
      converter = ByteCountConverter.class,
      description = "Have as many bytes echoed. BYTES may end with KiB, MiB or GiB.")
  private long echo;

  @Option(
      names = "--sink",
      paramLabel = "BYTES",
      converter = ByteCountConverter.class,
      description = "Send as many bytes and compare the hash that comes back.")
  private long sink;

  @Option(
      names = "--source",
      paramLabel = "BYTES",
      converter = ByteCountConverter.class,
      description = "Fetch as many bytes and compare each.")
  private long source;

  @Option(
      names = "--streams",
      paramLabel = "N",
      description = "Open as many streams at the same time, and have 1 KiB echoed on each.")
  private int streams;

  @Option(
      names = "--edges",
      description = "Try half-close, reset, refusal of an unknown protocol, and back-pressure.")
  private boolean edges;

  @Option(
      names = "--perf-up",
      paramLabel = "BYTES",
      converter = ByteCountConverter.class,
      description = "Measure an upload of as many bytes.")
  private long perfUp;

  @Option(
      names = "--perf-down",
      paramLabel = "BYTES",
      converter = ByteCountConverter.class,
      description = "Measure a download of as many bytes.")
  private long perfDown;

  @Option(
      names = "--relay-server",
      description = "Relay for others, whether this peer can be dialled by them or not.")
  private boolean relayServer;

  @Option(
      names = "--relay-client",
      description = "Let --listen and --dial take addresses over relays, with /p2p-circuit.")
  private boolean relayClient;

  @Option(
      names = "--autonat",
      description = "Dial others that ask for it, and have those that are dialled dial back.")
  private boolean autoNat;

  @Option(
      names = "--dcutr",
      description = "Make relayed connections direct; what is tried waits for that.")
  private boolean holePunching;

  @Option(
      names = "--public",
      paramLabel = "PREFIX",
      description =
          "Take these addresses for public, such as 127.0.0.0/8: AutoNAT and hole punching leave"
              + " others alone. May be repeated.")
  private List<String> publicNetworks = new ArrayList<>();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = {
        "Stay as long after that.",
        "Default: for ever if it listens, not at all if it does not."
      })
  private Optional<Integer> seconds = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    if (listen.isEmpty() && dial.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "give --listen or --dial, or both");
    }
    TrialPlan plan = plan();
    PrintWriter out = spec.commandLine().getOut();
    try (Host host = host()) {
      TrialNat nat = new TrialNat(relayServer, relayClient, autoNat, holePunching);
      TrialPeer peer = new TrialPeer(host, nat, event -> print(out, event));
      List<TrialFailure> failures = peer.run(dial, plan);
      stay(host.listenAddresses().isEmpty());
      return exitCode(failures).code();
    }
  }

  private TrialPlan plan() {
    try {
      return new TrialPlan(
          pings,
          echo,
          sink,
          source,
          streams,
          edges,
          perfUp,
          perfDown,
          TrialPlan.DEFAULT_STEP_DEADLINE);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "what is to be tried: " + e.getMessage(), e);
    }
  }

  private Host host() {
    PrivateKey key = key();
    HostBuilder builder =
        Host.builder(key).versions("tributary/1", "tributary/" + BuildInfo.version());
    security.forEach(each -> builder.security(each.of(key)));
    transport.forEach(each -> builder.transport(io -> each.on(io, key)));
    listen.forEach(builder::listen);
    try {
      builder.publicNetworks(
          new PublicNetworks(publicNetworks.stream().map(IpPrefix::parse).toList()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--public: " + e.getMessage(), e);
    }
    return builder.build();
  }

  private PrivateKey key() {
    SecureRandom random = new SecureRandom();
    if (identity.isEmpty()) {
      return PrivateKey.generate(random);
    }
    try {
      return new KeyFile(identity.get()).loadOrCreate(random);
    } catch (KeyFileException e) {
      throw new CommandFailure(ExitCode.CONFIG, "the key file: " + e.getMessage(), e);
    }
  }

  private void stay(boolean deaf) throws InterruptedException {
    OptionalInt wanted =
        seconds.map(OptionalInt::of).orElse(deaf ? OptionalInt.of(0) : OptionalInt.empty());
    if (wanted.isPresent()) {
      TimeUnit.SECONDS.sleep(wanted.getAsInt());
    } else {
      Thread.currentThread().join(); // until interrupted
    }
  }

  private static void print(PrintWriter out, TrialEvent event) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", event.name());
    line.putAll(event.fields());
    out.println(Terminal.jsonLine(line));
    out.flush();
  }

  /** What to tell a script of the first failure. */
  static ExitCode exitCode(List<TrialFailure> failures) {
    if (failures.isEmpty()) {
      return ExitCode.OK;
    }
    String reason = failures.get(0).reason();
    if (Arrays.stream(TrialException.Reason.values())
        .anyMatch(each -> each.name().equals(reason))) {
      return ExitCode.INTEGRITY;
    }
    return switch (reason) {
      case "TIMEOUT", "DEADLINE_PASSED", "NEGOTIATION_TIMEOUT" -> ExitCode.TIMEOUT;
      case TrialFailure.INTERNAL_ERROR -> ExitCode.SOFTWARE;
      default -> ExitCode.UNREACHABLE;
    };
  }
}
