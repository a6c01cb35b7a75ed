package io.tributary.origin.chain.storage;

import io.tributary.content.AccountId;
import io.tributary.origin.chain.Gateway;
import io.tributary.origin.chain.PoolId;
import io.tributary.origin.scale.ScaleException;
import io.tributary.origin.scale.ScaleReader;
import io.tributary.origin.scale.ScaleWriter;

/**
 * The record of a gateway, {@code Oss.Oss}.
 *
 * <pre>{@code
 * peer_id  [u8; 38]
 * domain   Bytes
 * }</pre>
 */
public final class GatewayCodec {
  private GatewayCodec() {}

  /**
   * Reads a record.
   *
   * @param account the account under which the chain stores it
   * @param scale the record's bytes
   * @throws ScaleException if the bytes are not such a record
   */
  public static Gateway decode(AccountId account, byte[] scale) {
    ScaleReader in = ScaleReader.of(scale);
    PoolId poolId = PoolId.of(in.fixed(PoolId.BYTES, "a peer id"));
    String domain = RecordParts.readText(in, RecordLimits.MAX_DOMAIN_BYTES, "a domain");
    in.end();
    return new Gateway(account, poolId, domain);
  }

  /**
   * Writes a record.
   *
   * @throws IllegalArgumentException if a part is larger than {@link RecordLimits} allow
   */
  public static byte[] encode(Gateway gateway) {
    ScaleWriter out = new ScaleWriter().fixed(gateway.poolId().toBytes());
    RecordParts.writeText(out, gateway.domain(), RecordLimits.MAX_DOMAIN_BYTES, "a domain");
    return out.toBytes();
  }
}
