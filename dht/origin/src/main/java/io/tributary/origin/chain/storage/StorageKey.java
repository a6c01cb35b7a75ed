package io.tributary.origin.chain.storage;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.MalformedIdException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Where a record lies in the chain's storage.
 *
 * <pre>{@code
 * twox128(pallet) | twox128(item) | blake2b128(k) | k      k = a fid as 64 ASCII bytes,
 *    16 bytes         16 bytes        16 bytes              or an account as 32 bytes
 * }</pre>
 *
 * @param map the map the record is in
 * @param item the fid or account by which the map knows the record
 */
public record StorageKey(StorageMap map, Digest item) {
  private static final HexFormat HEX = HexFormat.of();
  private static final int PREFIX_CHARS = 2 + 4 * StorageHashes.BYTES;
  private static final int CHECK_CHARS = 2 * StorageHashes.BYTES;

  /** Returns the key of a stored file. */
  public static StorageKey file(Fid fid) {
    return new StorageKey(StorageMap.FILES, fid.digest());
  }

  /** Returns the key of a storage order. */
  public static StorageKey deal(Fid fid) {
    return new StorageKey(StorageMap.DEALS, fid.digest());
  }

  /** Returns the key of a storage miner. */
  public static StorageKey miner(AccountId account) {
    return new StorageKey(StorageMap.MINERS, account.key());
  }

  /** Returns the key of a gateway. */
  public static StorageKey gateway(AccountId account) {
    return new StorageKey(StorageMap.GATEWAYS, account.key());
  }

  /**
   * Reads the hexadecimal form, lower case, with its {@code 0x}.
   *
   * @throws MalformedStorageKeyException if the map is none of {@link StorageMap}, or the hash in
   *     the key does not belong to what follows it
   */
  public static StorageKey parse(String hex) {
    for (StorageMap map : StorageMap.values()) {
      if (hex.startsWith(map.prefix())) {
        return parse(map, hex);
      }
    }
    throw new MalformedStorageKeyException("the key begins with the prefix of no known map");
  }

  private static StorageKey parse(StorageMap map, String hex) {
    int chars = PREFIX_CHARS + CHECK_CHARS + 2 * map.itemKeyBytes();
    if (hex.length() != chars) {
      throw new MalformedStorageKeyException(
          "a key of " + map + " has " + chars + " characters, this has " + hex.length());
    }
    String item = hex.substring(PREFIX_CHARS + CHECK_CHARS);
    try {
      String digest =
          map.itemKeyBytes() == AccountId.BYTES
              ? item
              : new String(HEX.parseHex(item), StandardCharsets.US_ASCII);
      StorageKey key = new StorageKey(map, Digest.parse(digest));
      if (!key.toHex().equals(hex)) {
        throw new MalformedStorageKeyException("the hash in the key is not that of its item");
      }
      return key;
    } catch (MalformedIdException | NumberFormatException e) {
      throw new MalformedStorageKeyException("the item of the key: " + e.getMessage());
    } catch (MalformedStorageKeyException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new MalformedStorageKeyException("the item of the key is not hexadecimal");
    }
  }

  /** Returns the fid; only for a key of {@link StorageMap#FILES} or {@link StorageMap#DEALS}. */
  public Fid fid() {
    require(Digest.HEX_CHARS);
    return new Fid(item);
  }

  /**
   * Returns the account; only for a key of {@link StorageMap#MINERS} or {@link
   * StorageMap#GATEWAYS}.
   */
  public AccountId account() {
    require(AccountId.BYTES);
    return new AccountId(item);
  }

  /** Returns the hexadecimal form with its {@code 0x}, as the chain's node expects it. */
  public String toHex() {
    byte[] bytes =
        map.itemKeyBytes() == AccountId.BYTES
            ? item.toBytes()
            : item.toHex().getBytes(StandardCharsets.US_ASCII);
    return map.prefix() + HEX.formatHex(StorageHashes.blake2b128(bytes)) + HEX.formatHex(bytes);
  }

  @Override
  public String toString() {
    return map.pallet() + "." + map.item() + "[" + item + "]";
  }

  private void require(int itemKeyBytes) {
    if (map.itemKeyBytes() != itemKeyBytes) {
      throw new IllegalStateException(this + " is the key of another kind of item");
    }
  }
}
