package io.tributary.origin.chain.storage;

import io.tributary.content.AccountId;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.scale.ScaleException;
import io.tributary.origin.scale.ScaleException.Reason;
import io.tributary.origin.scale.ScaleReader;
import io.tributary.origin.scale.ScaleWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The record of a storage miner, {@code Sminer.MinerItems}.
 *
 * <pre>{@code
 * beneficiary           [u8; 32]
 * staking_account       [u8; 32]
 * endpoint              Bytes, may be padded with zero bytes
 * collaterals           u128
 * debt                  u128
 * state                 Bytes: "positive", "frozen", "exit", "lock", "offline"
 * declaration_space     u128
 * idle_space            u128
 * service_space         u128
 * lock_space            u128
 * ---- proof of space: nothing a delivery network needs ----
 * space_proof_info      Option<...>
 * service_bloom_filter  [u64; 256]
 * tee_signature         [u8; 64]
 * }</pre>
 *
 * <p>The proof of space is bounded but not read, so that a runtime upgrade of CESS that changes
 * only the proof changes nothing here. A miner is written without a proof.
 */
public final class MinerCodec {
  private static final int BLOOM_FILTER_BYTES = 256 * Long.BYTES;
  private static final int TEE_SIGNATURE_BYTES = 64;

  private MinerCodec() {}

  /**
   * Reads a record.
   *
   * @param account the account under which the chain stores it
   * @param scale the record's bytes
   * @throws ScaleException if the bytes are not such a record
   */
  public static Miner decode(AccountId account, byte[] scale) {
    ScaleReader in = ScaleReader.of(scale);
    AccountId beneficiary = RecordParts.readAccount(in);
    AccountId staking = RecordParts.readAccount(in);
    String endpoint =
        unpadded(RecordParts.readText(in, RecordLimits.MAX_ENDPOINT_BYTES, "an endpoint"));
    BigInteger collaterals = in.u128();
    BigInteger debt = in.u128();
    String state = RecordParts.readText(in, RecordLimits.MAX_STATE_BYTES, "a miner's state");
    Miner.Space space =
        new Miner.Space(
            in.u128(Long.MAX_VALUE, "declared space"),
            in.u128(Long.MAX_VALUE, "idle space"),
            in.u128(Long.MAX_VALUE, "service space"),
            in.u128(Long.MAX_VALUE, "locked space"));
    if (in.remaining() > RecordLimits.MAX_SPACE_PROOF_BYTES) {
      throw new ScaleException(
          Reason.OVERSIZED,
          in.position(),
          "a proof of space of "
              + in.remaining()
              + " bytes, the most is "
              + RecordLimits.MAX_SPACE_PROOF_BYTES);
    }
    return new Miner(
        account, beneficiary, staking, endpoint, collaterals, debt, Miner.State.of(state), space);
  }

  /**
   * Writes a record with an empty proof of space.
   *
   * @throws IllegalArgumentException if a part is larger than {@link RecordLimits} allow, or the
   *     state is {@link Miner.State#UNKNOWN}
   */
  public static byte[] encode(Miner miner) {
    if (miner.state() == Miner.State.UNKNOWN) {
      throw new IllegalArgumentException("the chain has no word for an unknown state");
    }
    ScaleWriter out = new ScaleWriter();
    RecordParts.writeAccount(out, miner.beneficiary());
    RecordParts.writeAccount(out, miner.staking());
    RecordParts.writeText(out, miner.endpoint(), RecordLimits.MAX_ENDPOINT_BYTES, "an endpoint");
    return out.u128(miner.collaterals())
        .u128(miner.debt())
        .bytes(miner.state().word().getBytes(StandardCharsets.US_ASCII))
        .u128(miner.space().declaredBytes())
        .u128(miner.space().idleBytes())
        .u128(miner.space().serviceBytes())
        .u128(miner.space().lockedBytes())
        .option(Optional.<byte[]>empty(), ScaleWriter::fixed)
        .fixed(new byte[BLOOM_FILTER_BYTES])
        .fixed(new byte[TEE_SIGNATURE_BYTES])
        .toBytes();
  }

  private static String unpadded(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && text.charAt(from) == 0) {
      from++;
    }
    while (to > from && text.charAt(to - 1) == 0) {
      to--;
    }
    return text.substring(from, to);
  }
}
