package io.tributary.exchange.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.tributary.exchange.MalformedExchangeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** That each message is either refused, or read and written again as the same bytes. */
final class WireFuzzTest {

  /** Reads, writes and compares; whether the bytes were read at all. */
  static boolean isCanonical(byte[] bytes, UnaryOperator<byte[]> readAndWrite) {
    byte[] again;
    try {
      again = readAndWrite.apply(bytes);
    } catch (MalformedExchangeException expected) {
      assertThat(expected.what()).isNotEmpty();
      return false;
    }
    assertThat(again).isEqualTo(bytes);
    return true;
  }

  static byte[] request(byte[] bytes) {
    return FragmentCodec.encode(FragmentCodec.decodeRequest(bytes));
  }

  static byte[] header(byte[] bytes) {
    return FragmentCodec.encode(FragmentCodec.decodeHeader(bytes));
  }

  static byte[] trailer(byte[] bytes) {
    return FragmentCodec.encode(FragmentCodec.decodeTrailer(bytes));
  }

  static byte[] question(byte[] bytes) {
    return HaveCodec.encode(HaveCodec.decodeQuestion(bytes));
  }

  static byte[] answer(byte[] bytes) {
    return HaveCodec.encode(HaveCodec.decodeAnswer(bytes));
  }

  static byte[] lane(byte[] bytes) {
    return LaneCodec.encode(LaneCodec.decode(bytes));
  }

  @FuzzTest
  void request_isCanonical(byte[] bytes) {
    isCanonical(bytes, WireFuzzTest::request);
  }

  @FuzzTest
  void header_isCanonical(byte[] bytes) {
    isCanonical(bytes, WireFuzzTest::header);
  }

  @FuzzTest
  void trailer_isCanonical(byte[] bytes) {
    isCanonical(bytes, WireFuzzTest::trailer);
  }

  @FuzzTest
  void question_isCanonical(byte[] bytes) {
    isCanonical(bytes, WireFuzzTest::question);
  }

  @FuzzTest
  void answer_isCanonical(byte[] bytes) {
    isCanonical(bytes, WireFuzzTest::answer);
  }

  @FuzzTest
  void laneMessage_isCanonical(byte[] bytes) {
    isCanonical(bytes, WireFuzzTest::lane);
  }

  @FuzzTest
  void laneStream_isCutTheSameWhereverItIsSplit(byte[] bytes) {
    assertThat(messages(bytes, 1)).isEqualTo(messages(bytes, Math.max(1, bytes.length)));
  }

  private static List<String> messages(byte[] bytes, int piece) {
    List<String> messages = new ArrayList<>();
    MessageReader reader =
        new MessageReader(
            1,
            head -> LaneCodec.messageBytes(head[0]),
            message -> {
              messages.add(java.util.HexFormat.of().formatHex(message));
              return true;
            });
    try {
      for (int from = 0; from < bytes.length; from += piece) {
        reader.read(Unpooled.wrappedBuffer(bytes, from, Math.min(piece, bytes.length - from)));
      }
    } catch (MalformedExchangeException e) {
      messages.add(e.what());
    }
    return messages;
  }
}
