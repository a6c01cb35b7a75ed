package io.tributary.origin.chain.storage;

import io.tributary.content.Layout;

/**
 * The largest parts of a chain record that are accepted, whatever the record claims.
 *
 * <p>They are the chain's own limits, with room where the chain's constants have changed before.
 */
public final class RecordLimits {
  /** Segments of a file. */
  public static final int MAX_SEGMENTS = Layout.MAX_SEGMENTS;

  /** Owners of a file. */
  public static final int MAX_OWNERS = 50_000;

  /** Bytes of a file's or a territory's name; the chain takes 63 at present. */
  public static final int MAX_NAME_BYTES = 256;

  /** Bytes of a miner's endpoint, padding included; the chain takes 100 at present. */
  public static final int MAX_ENDPOINT_BYTES = 512;

  /** Bytes of a gateway's domain; the chain takes 50 at present, CESS's own software 100. */
  public static final int MAX_DOMAIN_BYTES = 256;

  /** Bytes of the word for a miner's state. */
  public static final int MAX_STATE_BYTES = 64;

  /** Bytes of a miner's proof of space, which follows what is read. */
  public static final int MAX_SPACE_PROOF_BYTES = 16 << 10;

  private RecordLimits() {}
}
