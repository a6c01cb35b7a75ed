package io.tributary.nodekit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client that is not ours sees, over each of the protocols. */
@EnabledIf("curlIsInstalled")
final class CurlTest {
  private static final int SIZE = 5_000_000;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final List<PatternedSource> sources = new CopyOnWriteArrayList<>();
  @TempDir private Path directory;
  private HttpServer plain;
  private HttpServer secure;

  static boolean curlIsInstalled() {
    try {
      return new ProcessBuilder("curl", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @BeforeEach
  void start() throws Exception {
    Router router =
        Router.builder()
            .get(
                "/content",
                request ->
                    CompletableFuture.completedFuture(
                        new Representation(
                                SIZE,
                                new EntityTag("abc"),
                                "text/plain",
                                span -> {
                                  PatternedSource source =
                                      new PatternedSource(workers, span, 300_000);
                                  sources.add(source);
                                  return source;
                                })
                            .answer(request)))
            .build();
    plain = HttpServer.builder("plain", loops, router).start();
    secure = HttpServer.builder("secure", loops, router).tls(Optional.of(identity())).start();
  }

  @AfterEach
  void stop() {
    plain.close();
    secure.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    workers.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain --http1.1",
        "plain --http1.0",
        "plain --http2-prior-knowledge",
        "secure --http1.1",
        "secure --http2"
      })
  void everyProtocol_servesContentRangesAndConditions(String way) throws Exception {
    String url = (way.startsWith("plain") ? plain : secure).url() + "/content";
    String protocol = way.substring(way.indexOf(' ') + 1);
    String version =
        switch (protocol) {
          case "--http1.0", "--http1.1" -> "1.1";
          default -> "2";
        };

    Path whole = directory.resolve("whole");
    assertThat(curl(protocol, "-o", whole.toString(), "-w", "%{http_code} %{http_version}", url))
        .isEqualTo("200 " + version);
    assertThat(Files.readAllBytes(whole)).isEqualTo(PatternedSource.bytes(0, SIZE));

    Path part = directory.resolve("part");
    assertThat(
            curl(protocol, "-r", "1000-2000999", "-o", part.toString(), "-w", "%{http_code}", url))
        .isEqualTo("206");
    assertThat(Files.readAllBytes(part)).isEqualTo(PatternedSource.bytes(1000, 2_000_000));

    Path begun = directory.resolve("begun");
    Files.write(begun, PatternedSource.bytes(0, 4_000_000));
    curl(protocol, "-C", "-", "-o", begun.toString(), url);
    assertThat(Files.readAllBytes(begun)).isEqualTo(PatternedSource.bytes(0, SIZE));

    assertThat(curl(protocol, "-H", "If-None-Match: \"abc\"", "-w", "%{http_code}", url))
        .isEqualTo("304");
    assertThat(curl(protocol, "-r", "-5", "-o", "-", url).getBytes(ISO_8859_1))
        .isEqualTo(PatternedSource.bytes(SIZE - 5, 5));
    assertThat(curl(protocol, "-r", "9999999-", "-o", "/dev/null", "-w", "%{http_code}", url))
        .isEqualTo("416");
    assertThat(curl(protocol, "-I", url).toLowerCase(Locale.ROOT))
        .contains("content-length: " + SIZE)
        .contains("etag: \"abc\"");
    assertThat(sources).allSatisfy(source -> awaitClosed(source));
  }

  @Test
  void http2Streams_shareOneConnection() throws Exception {
    List<String> command =
        new ArrayList<>(List.of("--http2", "--parallel", "--parallel-max", "20"));
    for (int i = 0; i < 20; i++) {
      command.addAll(
          List.of(
              "-o",
              directory.resolve("n" + i).toString(),
              "-w",
              "%{http_code} ",
              secure.url() + "/content"));
    }

    assertThat(curl(command.toArray(String[]::new)).strip().split("\\s+"))
        .hasSize(20)
        .containsOnly("200");
    for (int i = 0; i < 20; i++) {
      assertThat(Files.readAllBytes(directory.resolve("n" + i)))
          .isEqualTo(PatternedSource.bytes(0, SIZE));
    }
  }

  private static void awaitClosed(PatternedSource source) {
    await().atMost(Duration.ofSeconds(20)).until(() -> source.closes.get() == 1);
  }

  private String curl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-s", "-S", "-k", "-m", "60"));
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile(directory, "curl", ".err");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    byte[] said = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).as("%s: %s", command, Files.readString(errors)).isZero();
    return new String(said, ISO_8859_1);
  }

  private TlsIdentity identity() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    X500Principal name = new X500Principal("CN=localhost");
    byte[] certificate =
        new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(Instant.now().minusSeconds(3600)),
                Date.from(Instant.now().plusSeconds(3600)),
                name,
                pair.getPublic())
            .addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")))
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
            .getEncoded();
    return new TlsIdentity(
        pem("CERTIFICATE", certificate), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
  }

  private Path pem(String kind, byte[] der) throws IOException {
    String text =
        "-----BEGIN "
            + kind
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END "
            + kind
            + "-----\n";
    return Files.write(directory.resolve(kind.replace(' ', '-') + ".pem"), text.getBytes(UTF_8));
  }
}
