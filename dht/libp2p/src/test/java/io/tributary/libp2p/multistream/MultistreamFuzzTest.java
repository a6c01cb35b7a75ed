package io.tributary.libp2p.multistream;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Any bytes are a negotiation or its failure, the same however they are cut. */
class MultistreamFuzzTest {
  private static final int MAX_ANSWER_BYTES = Negotiation.MAX_MESSAGES * 128;

  @FuzzTest(maxDuration = "60s")
  void anyTalk_endsTheSame_howeverItIsCut(byte[] data) {
    check(data, () -> new Responder(Set.of("/noise", "/tls/1.0.0", "/yamux/1.0.0")));
    check(data, () -> new Proposer(List.of("/noise", "/tls/1.0.0")));
  }

  private static void check(byte[] data, Supplier<Negotiation> negotiation) {
    ByteBuf answers = Unpooled.buffer();
    String whole = talk(negotiation.get(), data, data.length + 1, answers);
    ByteBuf cutAnswers = Unpooled.buffer();
    String cut = talk(negotiation.get(), data, 7, cutAnswers);

    assertThat(cut).isEqualTo(whole);
    assertThat(ByteBufUtil.hexDump(cutAnswers)).isEqualTo(ByteBufUtil.hexDump(answers));
    assertThat(answers.readableBytes()).isLessThan(MAX_ANSWER_BYTES);
  }

  /** What came of a talk: an agreement with the bytes behind it, a failure, or nothing yet. */
  private static String talk(Negotiation negotiation, byte[] data, int maxPiece, ByteBuf answers) {
    SplittableRandom dice = new SplittableRandom(data.length);
    ByteBuf all = Unpooled.wrappedBuffer(data);
    while (all.isReadable()) {
      ByteBuf piece = all.readSlice(Math.min(all.readableBytes(), 1 + dice.nextInt(maxPiece)));
      try {
        Optional<String> agreed = negotiation.receive(piece, answers);
        if (agreed.isPresent()) {
          return agreed.get() + " then " + (piece.readableBytes() + all.readableBytes());
        }
        assertThat(piece.isReadable()).isFalse();
      } catch (NegotiationException e) {
        return e.failure().name();
      }
    }
    return "";
  }
}
