package io.tributary.bench.cacher;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.bench.cacher.Load.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.HdrHistogram.Histogram;

/**
 * The program of the measuring JVM: {@code ClientMain CERTIFICATE}. It tells its peer id, then
 * takes a command a line and answers each with a line of JSON; it ends when its stdin does.
 *
 * <pre>
 * plain PORT CONNECTIONS MILLIS FILE        targets are the lines of the file
 * tls PORT CONNECTIONS MILLIS FILE
 * libp2p ADDRESS PEER STREAMS MILLIS FILE   the fid, then hashes
 * bare PORT AHEAD MILLIS FILE               likewise; fragments by their numbers
 * </pre>
 */
final class ClientMain {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ClientMain() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    // Whatever else prints must not disturb the answers.
    System.setOut(System.err);
    SSLContext trust = trusting(Path.of(arguments[0]));
    try (GuestLoad guest = new GuestLoad();
        BareTlsLoad bare = new BareTlsLoad(Path.of(arguments[0]));
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      answers.println(JSON.writeValueAsString(Map.of("address", guest.peerId().toString())));
      String line;
      while ((line = commands.readLine()) != null) {
        answers.println(JSON.writeValueAsString(answer(guest, bare, trust, line.split(" ", -1))));
      }
    }
  }

  private static SSLContext trusting(Path certificate)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static Map<String, ?> answer(
      GuestLoad guest, BareTlsLoad bare, SSLContext trust, String[] words) {
    try {
      long before = cpuNanos();
      Outcome outcome = carryOut(guest, bare, trust, words);
      return figures(outcome, cpuNanos() - before);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      return Map.of("error", String.valueOf(e));
    }
  }

  private static Outcome carryOut(
      GuestLoad guest, BareTlsLoad bare, SSLContext trust, String[] words) throws Exception {
    List<String> lines = Files.readAllLines(Path.of(words[words.length - 1]));
    if (words[0].equals("libp2p")) {
      return guest.run(
          words[1], words[2], lines, Integer.parseInt(words[3]), Long.parseLong(words[4]));
    }
    int port = Integer.parseInt(words[1]);
    if (words[0].equals("bare")) {
      return bare.run(port, lines.size() - 1, Integer.parseInt(words[2]), Long.parseLong(words[3]));
    }
    return new Load(lines)
        .run(
            words[0].equals("tls") ? () -> new TlsLine(port, trust) : () -> new PlainLine(port),
            Integer.parseInt(words[2]),
            Long.parseLong(words[3]));
  }

  private static Map<String, ?> figures(Outcome outcome, long cpuNanos) {
    double seconds = outcome.nanos() / 1e9;
    Histogram times = outcome.times();
    Map<String, Double> figures = new HashMap<>();
    figures.put("perSecond", outcome.answers() / seconds);
    figures.put("gigabytesPerSecond", outcome.bytes() / seconds / 1e9);
    figures.put("seconds", seconds);
    figures.put("clientCpu", cpuNanos / (double) outcome.nanos());
    figures.put("p50", times.getValueAtPercentile(50) / 1e3);
    figures.put("p99", times.getValueAtPercentile(99) / 1e3);
    figures.put("p999", times.getValueAtPercentile(99.9) / 1e3);
    return figures;
  }

  private static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }
}
