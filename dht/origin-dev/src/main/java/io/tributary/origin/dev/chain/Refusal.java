package io.tributary.origin.dev.chain;

/** Why a dev chain does not do what an extrinsic asks; the sender is at fault. */
public enum Refusal {
  /** The bytes are not a signed extrinsic of a known call, or its parts contradict each other. */
  MALFORMED_EXTRINSIC,
  /** The signature is not the signer's for this call on this chain. */
  BAD_SIGNATURE,
  /** The nonce was used before; the call may have been done already. */
  STALE_NONCE,
  /** Calls with smaller nonces are missing. */
  FUTURE_NONCE,
  /** The call is for the owner named in it, or in the deal, to sign. */
  SIGNER_IS_NOT_OWNER,
  /** A file's name has 3 to 63 bytes. */
  BAD_FILE_NAME,
  /** A territory's name has 1 to 63 bytes. */
  BAD_TERRITORY_NAME,
  /** The file is on order already. */
  DEAL_EXISTS,
  /** The account owns the file already. */
  ALREADY_OWNER,
  /** The file has as many owners as a file may have. */
  TOO_MANY_OWNERS,
  /** There are fewer positive miners than columns. */
  NOT_ENOUGH_MINERS,
  /** There is no open deal of this file. */
  NO_DEAL,
  /** The signer is no registered miner. */
  NOT_A_MINER,
  /** The miner is not in the state positive. */
  MINER_NOT_POSITIVE,
  /** The column is reported already. */
  COLUMN_REPORTED,
  /** The miner reported another column of this file already. */
  MINER_REPORTED,
  /** The column is assigned to another miner. */
  NOT_ASSIGNED,
  /** All positive miners are in the deal already. */
  NO_OTHER_MINER,
  /** There is no stored file of this fid. */
  NO_FILE,
  /** The account does not own the file. */
  NOT_OWNER;

  /** Tells whether the extrinsic itself is invalid, whatever the state of the storage is. */
  public boolean isInvalidTransaction() {
    return compareTo(FUTURE_NONCE) <= 0;
  }
}
