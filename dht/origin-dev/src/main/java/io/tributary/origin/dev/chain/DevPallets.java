package io.tributary.origin.dev.chain;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.extrinsic.CallIndices;
import io.tributary.origin.chain.extrinsic.ExtrinsicCodec;
import io.tributary.origin.chain.extrinsic.SigningContext;
import io.tributary.origin.chain.storage.StorageHashes;
import io.tributary.origin.identity.Signer;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The numbers and keys of a dev chain that CESS does not have or leaves to the network.
 *
 * <pre>{@code
 * pallet            call                                  as on CESS
 * FileBank    104   upload_declaration  0                 yes
 *                   transfer_report     3                 yes
 *                   delete_file         6                 yes
 * TributaryDev 250  reassign            1                 no; arguments as of transfer_report:
 *                                                         index u8 (1 to 12), fid[64]
 *
 * storage besides FileBank, Sminer and Oss
 * TributaryDev.Assignment  twox128 twox128 blake2_128_concat(fid as 64 ASCII bytes)
 *                          -> Vec<AccountId>, 12: who is to store which column of an open deal
 * System.Account           twox128 twox128 blake2_128_concat(account) -> as Substrate's
 * System.Number            twox128 twox128 -> u32
 * Timestamp.Now            twox128 twox128 -> u64, milliseconds
 * }</pre>
 */
public final class DevPallets {
  /** The numbers of the storage calls on a dev chain: CESS's own. */
  public static final CallIndices CALLS = CallIndices.CESS;

  /** The number of the pallet that only dev chains have. */
  public static final int TRIBUTARY_DEV = 250;

  /** The number of its call {@code reassign}. */
  public static final int REASSIGN = 1;

  /**
   * Reads {@code reassign}, whose arguments have the shape of {@code transfer_report}; the other
   * two numbers stand for no call.
   */
  public static final CallIndices REASSIGN_AS_REPORT =
      new CallIndices(TRIBUTARY_DEV, 254, REASSIGN, 255);

  private static final byte[] ASSIGNMENT = prefix("TributaryDev", "Assignment");
  private static final byte[] ACCOUNT = prefix("System", "Account");
  private static final byte[] NUMBER = prefix("System", "Number");
  private static final byte[] NOW = prefix("Timestamp", "Now");

  private DevPallets() {}

  /**
   * Signs the order to give one column of an open deal to another miner, which is up to whoever
   * declared the file and possible until the column is reported.
   *
   * @param fid the file
   * @param column the column, 0 to 11
   * @param nonce the number of calls the signer made before
   * @return the extrinsic's bytes
   */
  public static byte[] signReassign(
      Fid fid, int column, long nonce, SigningContext context, Signer signer) {
    return ExtrinsicCodec.sign(
        new Call.TransferReport(fid, column),
        REASSIGN_AS_REPORT,
        nonce,
        BigInteger.ZERO,
        context,
        signer);
  }

  /** Returns where the twelve miners of an open deal are stored. */
  public static byte[] assignmentKey(Fid fid) {
    return mapKey(ASSIGNMENT, fid.toHex().getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] accountKey(AccountId account) {
    return mapKey(ACCOUNT, account.toBytes());
  }

  static byte[] numberKey() {
    return NUMBER.clone();
  }

  static byte[] nowKey() {
    return NOW.clone();
  }

  private static byte[] mapKey(byte[] prefix, byte[] item) {
    return ByteBuffer.allocate(prefix.length + StorageHashes.BYTES + item.length)
        .put(prefix)
        .put(StorageHashes.blake2b128(item))
        .put(item)
        .array();
  }

  private static byte[] prefix(String pallet, String item) {
    return ByteBuffer.allocate(2 * StorageHashes.BYTES)
        .put(StorageHashes.twox128(pallet.getBytes(StandardCharsets.US_ASCII)))
        .put(StorageHashes.twox128(item.getBytes(StandardCharsets.US_ASCII)))
        .array();
  }
}
