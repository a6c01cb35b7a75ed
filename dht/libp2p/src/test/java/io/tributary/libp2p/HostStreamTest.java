package io.tributary.libp2p;

import static io.tributary.libp2p.TestHosts.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.stream.BlockingStream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.trial.Trial;
import io.tributary.libp2p.trial.TrialProtocols;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams between two hosts over real sockets. */
class HostStreamTest {
  private static final int MIB = 1 << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String TALK = "/talk/1.0.0";

  private final TestHosts hosts = new TestHosts();

  static java.util.stream.Stream<Function<PrivateKey, SecurityProtocol>> securities() {
    return java.util.stream.Stream.of(TlsProtocol::new, NoiseProtocol::new);
  }

  @AfterEach
  void stop() {
    hosts.close();
  }

  /** Both sides write and read 100 MiB at the same time, each with two threads that wait. */
  @ParameterizedTest
  @MethodSource("securities")
  void blockingStreams_carryLongContentBothWays(Function<PrivateKey, SecurityProtocol> security)
      throws Exception {
    long bytes = 100L * MIB;
    Host server = hosts.listening(security);
    Host client = hosts.dialling(security);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    CompletableFuture<byte[]> farSent = new CompletableFuture<>();
    CompletableFuture<byte[]> farGot = new CompletableFuture<>();
    server.handle(
        TALK,
        stream ->
            BlockingStream.serve(
                stream,
                TIMEOUT,
                threads,
                far -> {
                  threads.execute(() -> settle(farSent, () -> send(far.output(), bytes, 2)));
                  settle(farGot, () -> hash(far.input(), bytes));
                  farSent.join();
                }));
    Stream opened = await(TestHosts.connect(client, server).newStream(TALK));
    try (BlockingStream near = new BlockingStream(opened, TIMEOUT)) {
      var nearSent = threads.submit(() -> send(near.output(), bytes, 1));

      assertThat(hash(near.input(), bytes)).isEqualTo(farSent.get(60, TimeUnit.SECONDS));
      assertThat(farGot.get(60, TimeUnit.SECONDS)).isEqualTo(nearSent.get(1, TimeUnit.SECONDS));
    } finally {
      threads.shutdownNow();
    }
  }

  private static void settle(CompletableFuture<byte[]> result, Callable<byte[]> call) {
    try {
      result.complete(call.call());
    } catch (Exception e) {
      result.completeExceptionally(e);
    }
  }

  private static byte[] send(OutputStream out, long bytes, long seed) throws IOException {
    MessageDigest hash = TestProtocols.sha256();
    byte[] block = new byte[300_001];
    new SplittableRandom(seed).nextBytes(block);
    for (long left = bytes; left > 0; ) {
      int length = (int) Math.min(left, block.length);
      hash.update(block, 0, length);
      out.write(block, 0, length);
      left -= length;
    }
    out.close();
    return hash.digest();
  }

  private static byte[] hash(InputStream in, long bytes) throws IOException {
    MessageDigest hash = TestProtocols.sha256();
    byte[] block = new byte[100_003];
    long total = 0;
    for (int read = in.read(block); read >= 0; read = in.read(block)) {
      hash.update(block, 0, read);
      total += read;
    }
    assertThat(total).isEqualTo(bytes);
    return hash.digest();
  }

  @Test
  void writerToAReaderThatPauses_waits_atBoundedMemory() throws IOException {
    Host server = hosts.listening(TlsProtocol::new);
    Host client = hosts.dialling(TlsProtocol::new);
    TestProtocols protocols = new TestProtocols(server);
    Connection connection = TestHosts.connect(client, server);
    Stream opened = await(connection.newStream(TestProtocols.HOLD));

    try (BlockingStream stream = new BlockingStream(opened, Duration.ofMillis(300))) {
      long[] written = {0};
      byte[] block = new byte[64 * 1024];
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(
              () -> {
                while (written[0] < 256L * MIB) {
                  stream.output().write(block);
                  written[0] += block.length;
                }
              });
      assertThat(written[0]).isBetween(1L, 4L * MIB);
      assertThat(server.connections().get(0).stats().heldBytes()).isBetween(1L, (long) MIB);
    }
    Awaitility.await().until(() -> !protocols.resets.isEmpty());
    Awaitility.await().until(() -> server.connections().get(0).stats().heldBytes() == 0);
  }

  @Test
  void resets_carryTheirCodes_bothWays() {
    Host server = hosts.listening(TlsProtocol::new);
    Host client = hosts.dialling(TlsProtocol::new);
    TestProtocols protocols = new TestProtocols(server);
    Connection connection = TestHosts.connect(client, server);

    assertThat(await(new Trial(connection, TIMEOUT).reset()))
        .isEqualTo(new StreamReset(ResetReason.RESET_BY_PEER, TrialProtocols.RESET_CODE));

    Stream stream = await(connection.newStream(TestProtocols.ECHO));
    stream.handler(ByteBuf::release);
    stream.write(stream.allocator().buffer().writeByte(1));
    stream.reset(StreamReset.MAX_CODE);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(protocols.resets)
                    .contains(new StreamReset(ResetReason.RESET_BY_PEER, StreamReset.MAX_CODE)));
  }

  // Negotiation

  /**
   * The client reads nothing at all while the stream opens and its first bytes arrive: they cannot
   * have waited for an answer.
   */
  @Test
  void streamForOneProtocol_costsNoRoundTrip() {
    Gated gated = gated();

    gated.transport.letIn(false);
    Stream stream = await(gated.connection.newStream(TALK));
    gated.say(stream, "hello");
    Awaitility.await().until(() -> gated.heard.contains("hello"));
    assertThat(gated.answers).isEmpty();

    gated.transport.letIn(true);
    Awaitility.await().until(() -> gated.answers.contains("hello"));
  }

  @Test
  void streamForAProtocolThePeerHasNamed_costsNoRoundTrip() {
    Gated gated = gated();

    gated.transport.letIn(false);
    Stream stream = await(gated.connection.newStream(List.of("/newer/2.0.0", TALK)));
    assertThat(stream.protocol()).isEqualTo(TALK);
    gated.say(stream, "hello");
    Awaitility.await().until(() -> gated.heard.contains("hello"));
    assertThat(gated.answers).isEmpty();
  }

  @Test
  void streamForProtocolsNobodyNamed_waitsForTheChoice() {
    Gated gated = gated();
    gated.server.handle("/unnamed/1.0.0", stream -> ByteBuf::release);

    gated.transport.letIn(false);
    Future<Stream> opening =
        gated.connection.newStream(List.of("/unheard-of/1.0.0", "/unnamed/1.0.0"));
    Stream overtaking = await(gated.connection.newStream(TALK));
    gated.say(overtaking, "overtaking");
    Awaitility.await().until(() -> gated.heard.contains("overtaking"));
    assertThat(opening.isDone()).isFalse();

    gated.transport.letIn(true);
    assertThat(await(opening).protocol()).isEqualTo("/unnamed/1.0.0");
  }

  /** However much comes behind the proposal, and however it ends, the peer learns what it was. */
  @Test
  void protocolThatIsRefused_isAlwaysSeenAsSuch() {
    Host server = hosts.listening(TlsProtocol::new);
    Connection connection = TestHosts.connect(hosts.dialling(TlsProtocol::new), server);
    List<StreamReset> resets = new CopyOnWriteArrayList<>();
    int streams = 0;
    for (int bytes : new int[] {0, 1, 30, 1000, 100_000, 500_000}) {
      for (int round = 0; round < 20; round++) {
        streams++;
        Stream stream = await(connection.newStream("/nobody/speaks/this"));
        stream.handler(new Resettable(resets));
        stream.write(stream.allocator().buffer().writeZero(bytes));
        if (round % 2 == 0) {
          stream.closeWrite();
        }
      }
    }
    int all = streams;
    Awaitility.await().until(() -> resets.size() == all);
    assertThat(resets)
        .extracting(StreamReset::reason)
        .containsOnly(ResetReason.PROTOCOL_UNSUPPORTED);
    Connection far = server.connections().get(0);
    Awaitility.await().until(() -> far.stats().inboundStreams() == 0);
  }

  private record Resettable(List<StreamReset> resets) implements StreamHandler {
    @Override
    public void onData(ByteBuf data) {
      data.release();
    }

    @Override
    public void onReset(StreamReset reset) {
      resets.add(reset);
    }
  }

  /** A client that can be kept from reading, a server that says back what it hears. */
  private record Gated(
      Host server,
      GatedTransport transport,
      Connection connection,
      List<String> heard,
      List<String> answers) {

    void say(Stream stream, String text) {
      stream.handler(new Listening(answers));
      stream.write(stream.allocator().buffer().writeBytes(text.getBytes(UTF_8)));
    }
  }

  private record Listening(List<String> heard) implements StreamHandler {
    @Override
    public void onData(ByteBuf data) {
      heard.add(data.toString(UTF_8));
      data.release();
    }
  }

  private Gated gated() {
    Host server = hosts.listening(TlsProtocol::new);
    List<String> heard = new CopyOnWriteArrayList<>();
    server.handle(
        TALK,
        stream ->
            data -> {
              heard.add(data.toString(UTF_8));
              stream.write(data);
            });
    List<GatedTransport> transports = new CopyOnWriteArrayList<>();
    Host client =
        hosts.start(
            TlsProtocol::new,
            builder ->
                builder.transport(
                    io -> {
                      transports.add(new GatedTransport(io));
                      return transports.get(0);
                    }));
    Connection connection = TestHosts.connect(client, server);
    Awaitility.await().until(() -> connection.peerInfo().isPresent());
    return new Gated(server, transports.get(0), connection, heard, new CopyOnWriteArrayList<>());
  }
}
