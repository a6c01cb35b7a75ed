package io.tributary.origin.chain.storage;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A map in the chain's storage that Tributary reads; all four use {@code Blake2_128Concat} keys.
 */
public enum StorageMap {
  /** Stored files by fid. */
  FILES("FileBank", "File", Digest.HEX_CHARS),
  /** Storage orders under way by fid. */
  DEALS("FileBank", "DealMap", Digest.HEX_CHARS),
  /** Storage miners by account. */
  MINERS("Sminer", "MinerItems", AccountId.BYTES),
  /** Gateways by account. */
  GATEWAYS("Oss", "Oss", AccountId.BYTES);

  private final String pallet;
  private final String item;
  private final int itemKeyBytes;
  private final String prefix;

  StorageMap(String pallet, String item, int itemKeyBytes) {
    this.pallet = pallet;
    this.item = item;
    this.itemKeyBytes = itemKeyBytes;
    this.prefix = "0x" + twox128Hex(pallet) + twox128Hex(item);
  }

  /** Returns the name of the pallet. */
  public String pallet() {
    return pallet;
  }

  /** Returns the name of the map within its pallet. */
  public String item() {
    return item;
  }

  /** Returns what all keys of the map begin with: {@code 0x} and 64 hexadecimal characters. */
  public String prefix() {
    return prefix;
  }

  /** Returns the bytes of the part of a key that names the record. */
  int itemKeyBytes() {
    return itemKeyBytes;
  }

  private static String twox128Hex(String name) {
    byte[] hash = StorageHashes.twox128(name.getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(hash);
  }
}
