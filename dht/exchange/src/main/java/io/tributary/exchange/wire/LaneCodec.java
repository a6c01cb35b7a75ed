package io.tributary.exchange.wire;

import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.lane.LaneMessage;
import io.tributary.exchange.lane.LaneMessage.Closed;
import io.tributary.exchange.lane.LaneMessage.Durable;
import io.tributary.exchange.lane.LaneMessage.Offer;
import io.tributary.exchange.lane.LaneMessage.Open;
import io.tributary.exchange.lane.LaneMessage.Pay;
import io.tributary.exchange.lane.LaneMessage.Price;
import io.tributary.exchange.lane.LaneMessage.Refused;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.MalformedLedgerValueException;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.credit.Verdict;
import io.tributary.ledger.signature.Signature;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The wire form of {@value #PROTOCOL}: the conversation about one lane, on one long-lived stream
 * that the payer opens. Each message is a byte that says what it is, and a body whose length
 * follows from it.
 *
 * <pre>
 *  1 Open     | version 1 | chain id 8 | contract 20 | payer 20 | payee 20 | lane 8 |
 *             | proof 64  | has voucher 1 | voucher 176 or zeros |                      318 bytes
 *  2 Offer    | price 16 | window 8 | sent 8 | has voucher 1 | voucher 176 or zeros |   209
 *  3 Pay      | voucher 176 |                                                           176
 *  4 Durable  | amount 16 | bytes served 8 | window 8 | sent 8 |                         40
 *  5 Refused  | verdict 1 | amount 16 | bytes served 8 |                                 25
 *  6 Price    | price 16 |                                                               16
 *  7 Closed   | status 1 |                                                                1
 * </pre>
 *
 * <p>A voucher is drawn at {@link SignedVoucher}. Verdicts are numbered: 1 FOREIGN_LANE, 2
 * BAD_SIGNATURE, 3 LESS_THAN_BEFORE, 4 REPLAYED, 5 UNDERPAID, 6 EXPIRES_TOO_SOON, 7
 * ESCROW_TOO_SMALL, 8 SIGNER_NOT_AUTHORISED, 9 STOPPED_PAYING, 10 WRONG_BYTES, 11
 * CLAIMED_MORE_THAN_SENT, 12 LIED_ABOUT_DURABILITY, 13 TOO_EXPENSIVE, 14 UNPROVEN_BYTES.
 */
public final class LaneCodec {
  /** The protocol id. */
  public static final String PROTOCOL = "/tributary/voucher/1.0.0";

  /** The longest message, its first byte included. */
  public static final int MAX_BYTES = 319;

  private static final int OPEN = 1;
  private static final int OFFER = 2;
  private static final int PAY = 3;
  private static final int DURABLE = 4;
  private static final int REFUSED = 5;
  private static final int PRICE = 6;
  private static final int CLOSED = 7;
  private static final int[] BODY_BYTES = {0, 318, 209, 176, 40, 25, 16, 1};

  private LaneCodec() {}

  /**
   * The length of a whole message, from its first byte.
   *
   * @throws MalformedExchangeException if no message begins so
   */
  public static int messageBytes(byte first) {
    Fields.require(first > 0 && first < BODY_BYTES.length, "a message of kind " + first);
    return 1 + BODY_BYTES[first];
  }

  /** Writes a message. */
  public static byte[] encode(LaneMessage message) {
    int kind = kind(message);
    byte[] bytes = new byte[1 + BODY_BYTES[kind]];
    ByteBuffer out = ByteBuffer.wrap(bytes).put((byte) kind);
    if (message instanceof Open open) {
      out.put((byte) Fields.VERSION).putLong(open.domain().chainId());
      out.put(open.domain().contract().toBytes());
      out.put(open.lane().payer().toBytes()).put(open.lane().payee().toBytes());
      out.putLong(open.lane().lane()).put(open.proof().toBytes());
      put(out, open.best());
    } else if (message instanceof Offer offer) {
      Fields.put(out, offer.price());
      out.putLong(offer.windowBytes()).putLong(offer.sentBytes());
      put(out, offer.best());
    } else if (message instanceof Pay pay) {
      pay.voucher().encode(out);
    } else if (message instanceof Durable durable) {
      Fields.put(out, durable.amount());
      out.putLong(durable.bytesServed()).putLong(durable.windowBytes());
      out.putLong(durable.sentBytes());
    } else if (message instanceof Refused refused) {
      out.put((byte) code(refused.verdict()));
      Fields.put(out, refused.amount());
      out.putLong(refused.bytesServed());
    } else if (message instanceof Price price) {
      Fields.put(out, price.price());
    } else if (message instanceof Closed closed) {
      out.put((byte) closed.status().code());
    }
    return bytes;
  }

  private static int kind(LaneMessage message) {
    if (message instanceof Open) {
      return OPEN;
    } else if (message instanceof Offer) {
      return OFFER;
    } else if (message instanceof Pay) {
      return PAY;
    } else if (message instanceof Durable) {
      return DURABLE;
    } else if (message instanceof Refused) {
      return REFUSED;
    }
    return message instanceof Price ? PRICE : CLOSED;
  }

  private static void put(ByteBuffer out, Optional<SignedVoucher> best) {
    out.put((byte) (best.isPresent() ? 1 : 0));
    best.ifPresent(voucher -> voucher.encode(out));
  }

  /**
   * Reads a whole message; signatures are not checked.
   *
   * @throws MalformedExchangeException if it is none
   */
  public static LaneMessage decode(byte[] message) {
    Fields.require(message.length > 0, "a message without bytes");
    Fields.requireLength(message, messageBytes(message[0]), "a message of kind " + message[0]);
    ByteBuffer in = ByteBuffer.wrap(message);
    int kind = Fields.code(in);
    try {
      return switch (kind) {
        case OPEN -> decodeOpen(in);
        case OFFER -> {
          PricePerGib price = Fields.price(in);
          long window = Fields.bytes(in, "window");
          yield new Offer(price, window, Fields.bytes(in, "sent bytes"), best(in));
        }
        case PAY -> new Pay(SignedVoucher.decode(in));
        case DURABLE -> {
          Amount amount = Fields.amount(in);
          long served = Fields.bytes(in, "bytes served");
          long window = Fields.bytes(in, "window");
          yield new Durable(amount, served, window, Fields.bytes(in, "sent bytes"));
        }
        case REFUSED -> {
          Verdict verdict = verdict(Fields.code(in));
          Amount amount = Fields.amount(in);
          yield new Refused(verdict, amount, Fields.bytes(in, "bytes served"));
        }
        case PRICE -> new Price(Fields.price(in));
        default -> new Closed(FragmentCodec.status(Fields.code(in)));
      };
    } catch (MalformedLedgerValueException e) {
      throw new MalformedExchangeException("a value: " + e.getMessage());
    }
  }

  private static Open decodeOpen(ByteBuffer in) {
    Fields.version(in);
    long chainId = in.getLong();
    SettlementDomain domain = new SettlementDomain(chainId, Fields.address(in));
    EvmAddress payer = Fields.address(in);
    EvmAddress payee = Fields.address(in);
    LaneId lane = new LaneId(payer, payee, in.getLong());
    Signature proof = Signature.parse(Fields.take(in, Signature.BYTES));
    return new Open(domain, lane, proof, best(in));
  }

  private static Optional<SignedVoucher> best(ByteBuffer in) {
    if (Fields.flag(in, "has voucher")) {
      return Optional.of(SignedVoucher.decode(in));
    }
    Fields.zeros(in, SignedVoucher.BYTES, "a voucher that is none");
    return Optional.empty();
  }

  private static int code(Verdict verdict) {
    return switch (verdict) {
      case FOREIGN_LANE -> 1;
      case BAD_SIGNATURE -> 2;
      case LESS_THAN_BEFORE -> 3;
      case REPLAYED -> 4;
      case UNDERPAID -> 5;
      case EXPIRES_TOO_SOON -> 6;
      case ESCROW_TOO_SMALL -> 7;
      case SIGNER_NOT_AUTHORISED -> 8;
      case STOPPED_PAYING -> 9;
      case WRONG_BYTES -> 10;
      case CLAIMED_MORE_THAN_SENT -> 11;
      case LIED_ABOUT_DURABILITY -> 12;
      case TOO_EXPENSIVE -> 13;
      case UNPROVEN_BYTES -> 14;
    };
  }

  private static Verdict verdict(int code) {
    for (Verdict verdict : Verdict.values()) {
      if (code(verdict) == code) {
        return verdict;
      }
    }
    throw new MalformedExchangeException("verdict " + code);
  }
}
