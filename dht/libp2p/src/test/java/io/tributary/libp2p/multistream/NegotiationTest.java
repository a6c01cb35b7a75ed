package io.tributary.libp2p.multistream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NegotiationTest {
  private static final String HEADER = "/multistream/1.0.0";

  private final ByteBuf out = Unpooled.buffer();

  private static ByteBuf messages(String... texts) {
    ByteBuf all = Unpooled.buffer();
    for (String text : texts) {
      byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
      assertThat(bytes.length).isLessThan(128);
      all.writeByte(bytes.length).writeBytes(bytes);
    }
    return all;
  }

  private static Responder responder(String... protocols) {
    return new Responder(new LinkedHashSet<>(List.of(protocols)));
  }

  private void assertAnswered(String... texts) {
    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ByteBufUtil.hexDump(messages(texts)));
  }

  private void assertFails(Negotiation negotiation, ByteBuf in, NegotiationFailure failure) {
    assertThatExceptionOfType(NegotiationException.class)
        .isThrownBy(() -> negotiation.receive(in, out))
        .satisfies(e -> assertThat(e.failure()).isEqualTo(failure));
  }

  /** The one example of the specification: the header as it is on the wire. */
  @Test
  void header_hasTheBytesOfTheSpecification() {
    new Proposer(List.of("/echo/1.0.0")).open(out);

    assertThat(out.readByte()).isEqualTo((byte) 0x13);
    assertThat(out.readCharSequence(19, StandardCharsets.UTF_8)).hasToString(HEADER + "\n");
  }

  @Test
  void proposal_pipelinedWithHeader_isAccepted_andWhatFollowsIsLeft() throws Exception {
    ByteBuf in = messages(HEADER, "/echo/1.0.0");
    in.writeBytes(new byte[] {1, 2, 3});

    Optional<String> agreed = responder("/echo/1.0.0").receive(in, out);

    assertThat(agreed).contains("/echo/1.0.0");
    assertThat(in.readableBytes()).isEqualTo(3);
    assertAnswered(HEADER, "/echo/1.0.0");
  }

  @Test
  void proposals_pipelined_areAnsweredInTheirOrder() throws Exception {
    Optional<String> agreed =
        responder("/b").receive(messages(HEADER, "/a", "/c", "/b", "/d"), out);

    assertThat(agreed).contains("/b");
    assertAnswered(HEADER, "na", "na", "/b");
  }

  @Test
  void simultaneousOpen_isDeclined() throws Exception {
    Optional<String> agreed =
        responder("/noise")
            .receive(messages(HEADER, "/libp2p/simultaneous-connect", "/noise"), out);

    assertThat(agreed).contains("/noise");
    assertAnswered(HEADER, "na", "/noise");
  }

  @Test
  void list_isAnsweredWithAllProtocols() throws Exception {
    assertThat(responder("/a", "/b").receive(messages(HEADER, "ls"), out)).isEmpty();

    out.skipBytes(1 + HEADER.length() + 1);
    ByteBuf list = messages("/a", "/b");
    assertThat(out.readByte()).isEqualTo((byte) (list.readableBytes() + 1));
    assertThat(out.readSlice(list.readableBytes())).isEqualTo(list);
    assertThat(out.readByte()).isEqualTo((byte) '\n');
    assertThat(out.isReadable()).isFalse();
  }

  @Test
  void list_ofVeryManyProtocols_isCut() throws Exception {
    Set<String> many = new LinkedHashSet<>();
    for (int i = 0; i < 10_000; i++) {
      many.add("/protocol/" + i);
    }

    new Responder(many).receive(messages(HEADER, "ls"), out);

    assertThat(out.readableBytes()).isBetween(60 * 1024, 66 * 1024);
  }

  @Test
  void proposer_goesThroughItsProtocols() throws Exception {
    Proposer proposer = new Proposer(List.of("/a", "/b", "/c"));
    proposer.open(out);
    assertAnswered(HEADER, "/a");
    out.clear();

    assertThat(proposer.receive(messages(HEADER, "na"), out)).isEmpty();
    assertAnswered("/b");
    out.clear();
    assertThat(proposer.receive(messages("na"), out)).isEmpty();
    assertAnswered("/c");
    ByteBuf last = messages("/c").writeByte(9);
    assertThat(proposer.receive(last, out)).contains("/c");
    assertThat(last.readByte()).isEqualTo((byte) 9);
  }

  @Test
  void proposer_refusedEverything_fails() {
    assertFails(
        new Proposer(List.of("/a", "/b")),
        messages(HEADER, "na", "na"),
        NegotiationFailure.NO_COMMON_PROTOCOL);
  }

  @Test
  void proposer_answeredSomethingElse_fails() {
    assertFails(
        new Proposer(List.of("/a")), messages(HEADER, "/b"), NegotiationFailure.UNEXPECTED_ANSWER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/multistream/2.0.0", "/multistream/1.0.0 ", "", "ls"})
  void otherHeader_fails(String header) {
    assertFails(responder("/a"), messages(header), NegotiationFailure.BAD_HEADER);
  }

  @Test
  void oneByteAtATime_isTheSame() throws Exception {
    ByteBuf in = messages(HEADER, "/a", "ls", "/b");
    Responder responder = responder("/b");
    Optional<String> agreed = Optional.empty();
    while (in.isReadable()) {
      assertThat(agreed).isEmpty();
      agreed = responder.receive(in.readSlice(1), out);
    }

    assertThat(agreed).contains("/b");
    ByteBuf whole = Unpooled.buffer();
    responder("/b").receive(messages(HEADER, "/a", "ls", "/b"), whole);
    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ByteBufUtil.hexDump(whole));
  }

  @Test
  void anyCut_isTheSame() throws Exception {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom dice = new SplittableRandom(seed);
      String longest = "/" + "x".repeat(120);
      ByteBuf in = messages(HEADER, longest, "/no", longest, "/b");
      in.writeZero(5);
      Responder responder = responder("/b");
      Optional<String> agreed = Optional.empty();
      int left = 0;
      while (agreed.isEmpty()) {
        ByteBuf part =
            in.readSlice(dice.nextInt(1, in.readableBytes() < 60 ? in.readableBytes() + 1 : 60));
        agreed = responder.receive(part, out);
        left = part.readableBytes();
      }

      assertThat(agreed).as("seed %d", seed).contains("/b");
      assertThat(left + in.readableBytes()).as("bytes left, seed %d", seed).isEqualTo(5);
    }
  }

  @Test
  void message_ofTheGreatestLength_isRead_andOneLongerIsNot() throws Exception {
    ByteBuf longest = messages(HEADER);
    longest.writeByte(0x80).writeByte(0x08).writeZero(1023).writeByte('\n');
    assertThat(responder("/a").receive(longest, out)).isEmpty();
    assertThat(longest.isReadable()).isFalse();

    ByteBuf longer = messages(HEADER).writeByte(0x81).writeByte(0x08);
    assertFails(responder("/a"), longer, NegotiationFailure.MESSAGE_TOO_LONG);
  }

  @Test
  void lengthWithoutEnd_fails() {
    ByteBuf in = messages(HEADER).writeBytes(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
    assertFails(responder("/a"), in, NegotiationFailure.MESSAGE_TOO_LONG);
    ByteBuf zeros = messages(HEADER).writeBytes(new byte[] {-128, -128, -128, 0});
    assertFails(responder("/a"), zeros, NegotiationFailure.MESSAGE_TOO_LONG);
  }

  @Test
  void malformedMessages_fail() {
    assertFails(
        responder("/a"), messages(HEADER).writeByte(0), NegotiationFailure.MALFORMED_MESSAGE);
    assertFails(
        responder("/a"),
        messages(HEADER).writeByte(0x80).writeByte(0),
        NegotiationFailure.MALFORMED_MESSAGE);
    assertFails(
        responder("/a"),
        messages(HEADER).writeByte(2).writeByte('/').writeByte('a'),
        NegotiationFailure.MALFORMED_MESSAGE);
  }

  @Test
  void endlessTalk_fails() {
    String[] texts = new String[Negotiation.MAX_MESSAGES + 1];
    java.util.Arrays.fill(texts, "/no");
    texts[0] = HEADER;
    assertFails(responder("/a"), messages(texts), NegotiationFailure.TOO_MANY_MESSAGES);
  }

  @Test
  void protocolsThatChange_countAsTheyAreWhenProposed() throws Exception {
    Set<String> protocols = new LinkedHashSet<>(Set.of("/a"));
    Responder responder = new Responder(protocols);
    assertThat(responder.receive(messages(HEADER, "/b"), out)).isEmpty();

    protocols.add("/b");

    assertThat(responder.receive(messages("/b"), out)).contains("/b");
  }
}
