package io.tributary.region.record;

/** Why something that came from a peer was not believed or not answered. */
public enum Refusal {
  /** The bytes are no such message. */
  MALFORMED,
  /** The message is of no kind known here. */
  UNKNOWN_MESSAGE,
  /** The bytes are more than such a message may have. */
  TOO_LONG,
  /** The envelope holds another type of payload. */
  OTHER_TYPE,
  /** The envelope's signature is wrong. */
  WRONG_SIGNATURE,
  /** The record speaks for another peer than the one who signed it. */
  OTHER_SIGNER,
  /** The region is none, or not one this node takes part in. */
  BAD_REGION,
  /** The capacity is zero, negative or absurd. */
  BAD_CAPACITY,
  /** The price has more than 128 bits. */
  BAD_PRICE,
  /** The payout address has not 20 bytes. */
  BAD_PAYOUT,
  /** The protocols are too many or no protocol ids. */
  BAD_PROTOCOLS,
  /** The addresses are too many. */
  TOO_MANY_ADDRESSES,
  /** No address can be reached from this network. */
  NO_ROUTABLE_ADDRESS,
  /** The sequence number is not positive. */
  BAD_SEQUENCE,
  /** The record's life is negative, zero, too short or too long. */
  BAD_LIFE,
  /** The record was issued later than now, by more than clocks may differ. */
  FROM_THE_FUTURE,
  /** The record is no longer valid. */
  EXPIRED,
  /** A record with this or a later sequence number is known. */
  STALE,
  /** Two different records of one peer have the same sequence number. */
  EQUIVOCATION,
  /** The peer renews its record, or testifies, more often than it may. */
  TOO_OFTEN,
  /** The node knows as many members as it may. */
  REGION_FULL,
  /** The witness is no member, or testifies against itself. */
  BAD_WITNESS,
  /** The peer sends more bytes than it may. */
  PEER_BUDGET,
  /** The node answers as many requests as it may. */
  BUSY
}
