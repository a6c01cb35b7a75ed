package io.tributary.origin.dev.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.origin.dev.Accounts;
import io.tributary.origin.dev.MinerClient;
import io.tributary.origin.dev.SampleFile;
import io.tributary.origin.dev.miner.Fault.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way a miner misbehaves, as a raw client sees it. */
class MinerFaultTest {
  private static final Set<Kind> SEEN = EnumSet.noneOf(Kind.class);
  private static final SampleFile FILE = SampleFile.of(1, 1, 8);
  private static final int TOTAL = Layout.FRAGMENT_BYTES;
  private static final MinerClient CLIENT = new MinerClient(Accounts.number(3));

  @TempDir private static Path directory;
  private static MinerRig rig;

  @BeforeAll
  static void start() throws Exception {
    rig = new MinerRig(directory, Duration.ofHours(1));
    rig.order(FILE);
    for (int column = 0; column < 2; column++) {
      CLIENT.put(rig.miner.url(), FILE.fid(), FILE.fragment(0, column), FILE.bytes(0, column));
    }
    CLIENT.putNothing(rig.miner.url(), FILE.fid(), FragmentHash.ZERO);
  }

  @BeforeEach
  void behave() throws Exception {
    rig.miner.clearFault();
  }

  @AfterAll
  static void stop() throws Exception {
    rig.close();
    assertThat(SEEN).isEqualTo(EnumSet.allOf(Kind.class));
  }

  @Test
  void slow_takesItsTime_butTellsTheTruth() throws Exception {
    set(new Fault(Kind.SLOW, 20_000));
    long start = System.nanoTime();
    try (RawHttp raw = ask("Range: bytes=0-10000/" + TOTAL)) {
      assertThat(raw.readHead().lengthBytes()).isEqualTo(10_000);
      assertThat(raw.readBody(10_000)).isEqualTo(Arrays.copyOf(FILE.bytes(0, 0), 10_000));
    }
    // Half a second by the rate, less the piece that goes out at once.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(400));
  }

  @Test
  void trickle_sendsOneByteASecond() throws Exception {
    set(Fault.of(Kind.TRICKLE));
    try (RawHttp raw = ask("")) {
      assertThat(raw.readHead().lengthBytes()).isEqualTo(TOTAL);
      long start = System.nanoTime();
      assertThat(raw.readBody(3)).isEqualTo(Arrays.copyOf(FILE.bytes(0, 0), 3));
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThan(Duration.ofMillis(1500));
    }
  }

  @Test
  void stall_sendsSomeBytes_thenNothing() throws Exception {
    set(new Fault(Kind.STALL, 100_000));
    try (RawHttp raw = ask("")) {
      assertThat(raw.readHead().lengthBytes()).isEqualTo(TOTAL);
      assertThat(raw.readBody(100_000)).isEqualTo(Arrays.copyOf(FILE.bytes(0, 0), 100_000));
      assertThat(raw.isSilent(300)).isTrue();
    }
  }

  @Test
  void stallAtOnce_neverAnswers_downloadNorUpload() throws Exception {
    set(new Fault(Kind.STALL, 0));
    try (RawHttp raw = ask("")) {
      assertThat(raw.isSilent(300)).isTrue();
    }
    set(new Fault(Kind.STALL, 5));
    try (RawHttp raw = new RawHttp(rig.miner.port())) {
      raw.write(
          "PUT /fragment HTTP/1.1\r\n"
              + RawHttp.signedHeaders(FILE.fid(), FILE.fragment(0, 0))
              + "Content-Length: 0\r\n\r\n");
      assertThat(raw.isSilent(300)).isTrue();
    }
  }

  @Test
  void closeMidBody_breaksOffWhereTold_orInTheMiddle() throws Exception {
    set(new Fault(Kind.CLOSE_MID_BODY, 70_001));
    try (RawHttp raw = ask("")) {
      assertThat(raw.readHead().lengthBytes()).isEqualTo(TOTAL);
      assertThat(raw.readToEnd()).hasSize(70_001);
    }
    set(new Fault(Kind.CLOSE_MID_BODY, 0));
    try (RawHttp raw = ask("")) {
      raw.readHead();
      assertThat(raw.readToEnd()).hasSize(TOTAL / 2);
    }
    SampleFile other = SampleFile.of(5, 1, 1);
    rig.order(other);
    assertThatThrownBy(
            () -> CLIENT.put(rig.miner.url(), other.fid(), other.fragment(0, 0), other.bytes(0, 0)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void wrongBytes_haveTheRightLength() throws Exception {
    set(Fault.of(Kind.WRONG_BYTES));
    byte[] body = get(0).body();
    assertThat(body).hasSize(TOTAL);
    byte[] truth = FILE.bytes(0, 0);
    for (int i = 0; i < TOTAL; i += 4099) {
      assertThat(body[i]).isEqualTo((byte) ~truth[i]);
    }
    byte[] zeros = CLIENT.get(rig.miner.url(), FILE.fid(), FragmentHash.ZERO).body();
    assertThat(zeros).hasSize(TOTAL).startsWith(-1, -1, -1);
  }

  @Test
  void otherFragment_isATrueFragment_butNotTheOneAskedFor() throws Exception {
    set(Fault.of(Kind.OTHER_FRAGMENT));
    byte[] body = get(0).body();
    FragmentHash is = new FragmentHash(Sha256.of(body));
    assertThat(is).isNotEqualTo(FILE.fragment(0, 0));
    assertThat(stored()).contains(is.toHex());
    HttpResponse<byte[]> part =
        CLIENT.send(
            CLIENT
                .request(rig.miner.url(), FILE.fid(), FILE.fragment(0, 0))
                .header("Range", "bytes=0-16/" + TOTAL)
                .build());
    assertThat(part.body()).hasSize(16).isNotEqualTo(Arrays.copyOf(FILE.bytes(0, 0), 16));
  }

  @Test
  void oneByteTooMany_isSent_andStated() throws Exception {
    set(Fault.of(Kind.ONE_BYTE_TOO_MANY));
    try (RawHttp raw = ask("")) {
      assertThat(raw.readHead().lengthBytes()).isEqualTo(TOTAL + 1);
      byte[] body = raw.readBody(TOTAL + 1);
      assertThat(Arrays.copyOf(body, TOTAL)).isEqualTo(FILE.bytes(0, 0));
    }
  }

  @Test
  void httpFailure_isAnsweredToDownloadAndUpload() throws Exception {
    set(new Fault(Kind.HTTP_5XX, 503));
    assertThat(get(0).statusCode()).isEqualTo(503);
    assertThat(
            CLIENT
                .put(rig.miner.url(), FILE.fid(), FILE.fragment(0, 3), FILE.bytes(0, 3))
                .statusCode())
        .isEqualTo(503);
    rig.miner.clearFault();
    assertThat(text(get(3))).contains("\"code\":404");
  }

  @Test
  void bodyCode500_comesUnderHttp200() throws Exception {
    set(Fault.of(Kind.BODY_CODE_500));
    assertThat(get(0).statusCode()).isEqualTo(200);
    assertThat(text(get(0))).startsWith("{\"code\":500,");
    assertThat(text(CLIENT.putNothing(rig.miner.url(), FILE.fid(), FragmentHash.ZERO)))
        .startsWith("{\"code\":500,");
  }

  @Test
  void down_refusesConnections_untilCleared_onTheSamePort() throws Exception {
    int port = rig.miner.port();
    try (RawHttp open = ask("Range: bytes=0-1/" + TOTAL)) {
      open.readBody(open.readHead().lengthBytes());
      set(Fault.of(Kind.DOWN));
      assertThat(open.readToEnd()).isEmpty();
    }
    assertThatThrownBy(() -> new RawHttp(port)).isInstanceOf(ConnectException.class);
    rig.miner.clearFault();
    assertThat(rig.miner.port()).isEqualTo(port);
    assertThat(get(0).body()).hasSize(TOTAL);
  }

  @Test
  void downForTwoConnections_resetsThese_andThenListens() throws Exception {
    rig.miner.setFault(FaultRule.next(2, Fault.of(Kind.DOWN)));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () -> {
                try (RawHttp raw = ask("")) {
                  raw.readHead();
                }
              })
          .isInstanceOf(IOException.class);
    }
    assertThat(get(0).body()).hasSize(TOTAL);
    assertThat(rig.miner.fault()).isEmpty();
  }

  @Test
  void faultForTwoRequests_strikesTwo_andLeavesOthersAlone() throws Exception {
    rig.miner.setFault(FaultRule.next(2, Fault.of(Kind.WRONG_BYTES)));
    CLIENT.putNothing(rig.miner.url(), FILE.fid(), FragmentHash.ZERO);
    for (int i = 0; i < 2; i++) {
      assertThat(get(1).body()).isNotEqualTo(FILE.bytes(0, 1));
    }
    assertThat(get(1).body()).isEqualTo(FILE.bytes(0, 1));
  }

  @Test
  void slowUpload_isTakenInSlowly_andStored() throws Exception {
    SampleFile other = SampleFile.of(6, 1, 1);
    rig.order(other);
    set(new Fault(Kind.SLOW, 16L << 20));
    long start = System.nanoTime();
    assertThat(
            text(CLIENT.put(rig.miner.url(), other.fid(), other.fragment(0, 0), other.bytes(0, 0))))
        .contains("\"code\":200");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(400));
  }

  private static void set(Fault fault) throws IOException {
    SEEN.add(fault.kind());
    rig.miner.setFault(FaultRule.always(fault));
  }

  private static RawHttp ask(String header) throws IOException {
    RawHttp raw = new RawHttp(rig.miner.port());
    raw.write(
        RawHttp.get(FILE.fid(), FILE.fragment(0, 0), header.isEmpty() ? "" : header + "\r\n"));
    return raw;
  }

  private static HttpResponse<byte[]> get(int column) throws Exception {
    return CLIENT.get(rig.miner.url(), FILE.fid(), FILE.fragment(0, column));
  }

  private static List<String> stored() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("fragments"))) {
      return files.map(path -> path.getFileName().toString()).toList();
    }
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
