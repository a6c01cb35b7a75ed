package io.tributary.exchange.wire;

import io.tributary.content.ByteRange;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.FillSource;
import io.tributary.exchange.FragmentHeader;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.FragmentTrailer;
import io.tributary.exchange.FragmentTrailer.Aborted;
import io.tributary.exchange.FragmentTrailer.Stopped;
import io.tributary.exchange.FragmentTrailer.Verified;
import io.tributary.exchange.LanePayment;
import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.Status;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * The wire form of {@value #PROTOCOL}: one fragment, or a range of it, on a stream.
 *
 * <pre>
 *  client: | request 128 |                              (end: cancel)
 *  server:               | header 36 | content ... | trailer 52 | end
 *
 *  request   0        1       2        4            8    40     72       104
 *            +--------+-------+--------+------------+----+------+--------+
 *            | version| paid  | column | deadline ms| fid| hash | segment|  ...
 *            | 1      | 0, 1  | uint16 | uint32     | 32 | 32   | uint32 |
 *            +--------+-------+--------+------------+----+------+--------+
 *            76       80       84      104    112       128        156
 *            +--------+--------+-------+------+---------+----------+
 *            | offset | length | payer | lane | ceiling | zeros    |
 *            | uint32 | uint32 | 20    | u64  | uint128 | 28       |
 *            +--------+--------+-------+------+---------+----------+
 *            payer, lane and ceiling are zero if it is not paid
 *
 *  header    0        1        2        3     4          8       12      16            20      36
 *            +--------+--------+--------+-----+----------+-------+-------+-------------+-------+
 *            | version| status | outcome| zero| fragment | offset| length| retry after | price |
 *            | 1      | uint8  | uint8  |     | bytes u32| uint32| uint32| ms, uint32  | u128  |
 *            +--------+--------+--------+-----+----------+-------+-------+-------------+-------+
 *            with a status other than OK the stream ends here
 *
 *  trailer   0        1     2       3         4             8              52
 *            +--------+-----+-------+---------+-------------+--------------+
 *            | version| end | reason| length  | sent bytes  | id of source,|
 *            | 1      | u8  | u8    | of id   | uint32      | zeros behind |
 *            +--------+-----+-------+---------+-------------+--------------+
 *            end 1: VERIFIED, reason 0
 *            end 2: ABORTED, reason is the kind of the source
 *            end 3: STOPPED, reason is a status
 * </pre>
 *
 * <p>The trailer is whatever the last 52 bytes before the end of the stream are: a delivery that
 * ends before all its content was sent has one too. A stream that is reset has none.
 */
public final class FragmentCodec {
  /** The protocol id. */
  public static final String PROTOCOL = "/tributary/fragment/1.0.0";

  /** The length of a request. */
  public static final int REQUEST_BYTES = 128;

  /** The length of a header. */
  public static final int HEADER_BYTES = 36;

  /** The length of a trailer. */
  public static final int TRAILER_BYTES = 52;

  private static final int PAYMENT_BYTES = EvmAddress.BYTES + Long.BYTES + Fields.AMOUNT_BYTES;
  private static final int VERIFIED = 1;
  private static final int ABORTED = 2;
  private static final int STOPPED = 3;

  private FragmentCodec() {}

  /** Writes a request. */
  public static byte[] encode(FragmentRequest request) {
    ByteBuffer out = ByteBuffer.allocate(REQUEST_BYTES);
    FragmentName name = request.name();
    out.put((byte) Fields.VERSION).put((byte) (request.payment().isPresent() ? 1 : 0));
    out.putShort((short) name.column()).putInt((int) request.deadline().toMillis());
    out.put(name.fid().digest().toBytes()).put(name.hash().digest().toBytes());
    out.putInt(name.segment());
    out.putInt((int) request.range().offset()).putInt((int) request.range().length());
    request
        .payment()
        .ifPresent(
            payment -> {
              out.put(payment.payer().toBytes()).putLong(payment.lane());
              Fields.put(out, payment.ceiling());
            });
    return out.array();
  }

  /**
   * Reads a request.
   *
   * @throws MalformedExchangeException if it is none
   */
  public static FragmentRequest decodeRequest(byte[] message) {
    Fields.requireLength(message, REQUEST_BYTES, "a request");
    ByteBuffer in = ByteBuffer.wrap(message);
    Fields.version(in);
    boolean isPaid = Fields.flag(in, "paid");
    int column = in.getShort();
    long deadlineMillis = Integer.toUnsignedLong(in.getInt());
    Fid fid = new Fid(digest(in));
    FragmentHash hash = new FragmentHash(digest(in));
    FragmentName name = new FragmentName(fid, in.getInt(), column, hash);
    int offset = Fields.count(in, "offset");
    int length = Fields.count(in, "length");
    Fields.require(length > 0, "a range without bytes");
    Optional<LanePayment> payment = Optional.empty();
    if (isPaid) {
      EvmAddress payer = Fields.address(in);
      payment = Optional.of(new LanePayment(payer, in.getLong(), Fields.price(in)));
    } else {
      Fields.zeros(in, PAYMENT_BYTES, "the payment of a gift");
    }
    return new FragmentRequest(
        name, new ByteRange(offset, length), payment, Duration.ofMillis(deadlineMillis));
  }

  /** Writes a header. */
  public static byte[] encode(FragmentHeader header) {
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES);
    out.put((byte) Fields.VERSION).put((byte) header.status().code());
    out.put((byte) header.outcome().code()).put((byte) 0);
    out.putInt(header.fragmentBytes()).putInt(header.offset()).putInt(header.lengthBytes());
    out.putInt((int) header.retryAfter().toMillis());
    Fields.put(out, header.price());
    return out.array();
  }

  /**
   * Reads a header.
   *
   * @throws MalformedExchangeException if it is none
   */
  public static FragmentHeader decodeHeader(byte[] message) {
    Fields.requireLength(message, HEADER_BYTES, "a header");
    ByteBuffer in = ByteBuffer.wrap(message);
    Fields.version(in);
    Status status = status(Fields.code(in));
    int outcomeCode = Fields.code(in);
    CacheOutcome outcome =
        CacheOutcome.ofCode(outcomeCode)
            .orElseThrow(() -> new MalformedExchangeException("cache outcome " + outcomeCode));
    Fields.zeros(in, 1, "the fourth byte of a header");
    int fragmentBytes = Fields.count(in, "the size of a fragment");
    int offset = Fields.count(in, "offset");
    int length = Fields.count(in, "length");
    int retryMillis = Fields.count(in, "retry after");
    PricePerGib price = Fields.price(in);
    return new FragmentHeader(
        status, outcome, fragmentBytes, offset, length, price, Duration.ofMillis(retryMillis));
  }

  /** Writes a trailer. */
  public static byte[] encode(FragmentTrailer trailer) {
    ByteBuffer out = ByteBuffer.allocate(TRAILER_BYTES).put((byte) Fields.VERSION);
    byte[] id = new byte[0];
    if (trailer instanceof Aborted aborted) {
      id = aborted.source().id().toBytes();
      out.put((byte) ABORTED).put((byte) aborted.source().kind().code());
    } else if (trailer instanceof Stopped stopped) {
      out.put((byte) STOPPED).put((byte) stopped.status().code());
    } else {
      out.put((byte) VERIFIED).put((byte) 0);
    }
    out.put((byte) id.length).putInt(trailer.sentBytes()).put(id);
    return out.array();
  }

  /**
   * Reads a trailer.
   *
   * @throws MalformedExchangeException if it is none
   */
  public static FragmentTrailer decodeTrailer(byte[] message) {
    Fields.requireLength(message, TRAILER_BYTES, "a trailer");
    ByteBuffer in = ByteBuffer.wrap(message);
    Fields.version(in);
    int end = Fields.code(in);
    int reason = Fields.code(in);
    int idLength = Fields.code(in);
    Fields.require(idLength <= FillSource.Id.MAX_BYTES, "a source's name is too long");
    Fields.require(idLength == 0 || end == ABORTED, "a source where none belongs");
    int sent = Fields.count(in, "sent bytes");
    byte[] id = Fields.take(in, idLength);
    Fields.zeros(in, in.remaining(), "the end of a trailer");
    switch (end) {
      case VERIFIED -> {
        Fields.require(reason == 0, "VERIFIED for reason " + reason);
        return new Verified(sent);
      }
      case ABORTED -> {
        FillSource.Kind kind =
            FillSource.Kind.ofCode(reason)
                .orElseThrow(() -> new MalformedExchangeException("a source of kind " + reason));
        return new Aborted(sent, new FillSource(kind, FillSource.Id.of(id)));
      }
      case STOPPED -> {
        return new Stopped(sent, status(reason));
      }
      default -> throw new MalformedExchangeException("a trailer of kind " + end);
    }
  }

  static Status status(int code) {
    return Status.ofCode(code).orElseThrow(() -> new MalformedExchangeException("status " + code));
  }

  private static Digest digest(ByteBuffer in) {
    return Digest.of(Fields.take(in, Digest.BYTES));
  }
}
