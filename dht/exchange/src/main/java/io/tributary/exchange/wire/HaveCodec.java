package io.tributary.exchange.wire;

import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.Status;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The wire form of {@value #PROTOCOL}: which of some fragments a peer holds; one question on a
 * stream.
 *
 * <pre>
 *  client: | 1 | zero | count uint16 | count hashes of 32 bytes | end
 *  server: | 1 | status | count uint16 | bitmap, (count + 7) / 8 bytes | end
 *
 *          bit i % 8 of byte i / 8, the lowest being bit 0, is 1 if fragment i is held; bits behind
 *          the last are 0. With a status other than OK count is 0 and there is no bitmap.
 * </pre>
 */
public final class HaveCodec {
  /** The protocol id. */
  public static final String PROTOCOL = "/tributary/have/1.0.0";

  /** The most fragments of one question. */
  public static final int MAX_FRAGMENTS = 1024;

  /** The length of what stands before hashes and bitmaps. */
  public static final int HEAD_BYTES = 4;

  private static final int COUNT_AT = 2;

  private HaveCodec() {}

  /**
   * What is answered.
   *
   * @param status whether there is an answer
   * @param count of how many fragments; 0 if there is none
   * @param held which of them are held
   */
  public record Answer(Status status, int count, BitSet held) {
    /** Copies the bits, as whoever asked may change them. */
    public Answer {
      held = (BitSet) held.clone();
    }

    @Override
    public BitSet held() {
      return (BitSet) held.clone();
    }
  }

  /** Writes a question for 1 to {@value #MAX_FRAGMENTS} fragments. */
  public static byte[] encode(List<FragmentHash> fragments) {
    checkCount(fragments.size());
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + fragments.size() * Digest.BYTES);
    out.put((byte) Fields.VERSION).put((byte) 0).putShort((short) fragments.size());
    fragments.forEach(each -> out.put(each.digest().toBytes()));
    return out.array();
  }

  /**
   * The length of a whole question, from its first four bytes.
   *
   * @throws MalformedExchangeException if they begin none
   */
  public static int questionBytes(byte[] head) {
    ByteBuffer in = ByteBuffer.wrap(head);
    Fields.version(in);
    Fields.zeros(in, 1, "the second byte of a question");
    int count = in.getShort(COUNT_AT);
    checkCount(count);
    return HEAD_BYTES + count * Digest.BYTES;
  }

  /**
   * Reads a question.
   *
   * @throws MalformedExchangeException if it is none
   */
  public static List<FragmentHash> decodeQuestion(byte[] message) {
    Fields.require(message.length >= HEAD_BYTES, "a question without a head");
    Fields.requireLength(message, questionBytes(message), "a question");
    ByteBuffer in = ByteBuffer.wrap(message).position(HEAD_BYTES);
    List<FragmentHash> fragments = new ArrayList<>();
    while (in.hasRemaining()) {
      fragments.add(new FragmentHash(Digest.of(Fields.take(in, Digest.BYTES))));
    }
    return fragments;
  }

  /** Writes an answer. */
  public static byte[] encode(Answer answer) {
    byte[] bits = answer.held().toByteArray();
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + bitmapBytes(answer.count()));
    out.put((byte) Fields.VERSION).put((byte) answer.status().code());
    out.putShort((short) answer.count());
    out.put(bits);
    return out.array();
  }

  /**
   * The length of a whole answer, from its first four bytes.
   *
   * @throws MalformedExchangeException if they begin none
   */
  public static int answerBytes(byte[] head) {
    ByteBuffer in = ByteBuffer.wrap(head);
    Fields.version(in);
    Status status = FragmentCodec.status(Fields.code(in));
    int count = in.getShort(COUNT_AT);
    if (status == Status.OK) {
      checkCount(count);
    } else {
      Fields.require(count == 0, "bits with status " + status);
    }
    return HEAD_BYTES + bitmapBytes(count);
  }

  /**
   * Reads an answer.
   *
   * @throws MalformedExchangeException if it is none
   */
  public static Answer decodeAnswer(byte[] message) {
    Fields.require(message.length >= HEAD_BYTES, "an answer without a head");
    Fields.requireLength(message, answerBytes(message), "an answer");
    ByteBuffer in = ByteBuffer.wrap(message);
    Status status = FragmentCodec.status(Fields.code(in.position(1)));
    int count = in.getShort(COUNT_AT);
    BitSet held = BitSet.valueOf(in.position(HEAD_BYTES));
    Fields.require(held.length() <= count, "bits behind the last fragment");
    return new Answer(status, count, held);
  }

  private static void checkCount(int count) {
    Fields.require(count > 0 && count <= MAX_FRAGMENTS, "a question for " + count + " fragments");
  }

  private static int bitmapBytes(int count) {
    return (count + Byte.SIZE - 1) / Byte.SIZE;
  }
}
