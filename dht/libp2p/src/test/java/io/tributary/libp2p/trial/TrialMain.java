package io.tributary.libp2p.trial;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostBuilder;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.TlsProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trial peer as a program: {@code TrialMain noise|tls [MULTIADDR...]} tries out the peers at the
 * addresses or, without any, listens on loopback until its standard input ends.
 */
public final class TrialMain {
  private static final TrialPlan PLAN =
      new TrialPlan(
          3, 3 << 20, 8 << 20, 8 << 20, 500, true, 1 << 20, 1 << 20, Duration.ofSeconds(30));

  private TrialMain() {}

  /** Runs it; the exit code is the number of failures. */
  public static void main(String[] args) throws InterruptedException, IOException {
    PrivateKey key = PrivateKey.generate(new SecureRandom());
    List<Multiaddr> peers = Arrays.stream(args).skip(1).map(Multiaddr::parse).toList();
    HostBuilder builder =
        Host.builder(key)
            .security(args[0].equals("noise") ? new NoiseProtocol(key) : new TlsProtocol(key));
    if (peers.isEmpty()) {
      builder.listen(TestHosts.LOOPBACK);
    }
    int failures;
    try (Host host = builder.build()) {
      failures = new TrialPeer(host, TrialMain::print).run(peers, PLAN).size();
      if (peers.isEmpty()) {
        System.in.readAllBytes();
      }
    }
    System.exit(failures);
  }

  private static void print(TrialEvent event) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", event.name());
    line.putAll(event.fields());
    try {
      System.out.println(new ObjectMapper().writeValueAsString(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
