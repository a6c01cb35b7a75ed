package io.tributary.region.record;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import java.util.List;

/**
 * What a cacher offers, and for how much.
 *
 * @param capacityBytes the bytes of fragments it keeps, 1 to {@value #MAX_CAPACITY_BYTES}
 * @param price what it asks for delivered bytes
 * @param payout the account that is paid and that holds the stake
 * @param protocols ids of the protocols it answers, at most {@value #MAX_PROTOCOLS}
 */
public record CacherOffer(
    long capacityBytes, PricePerGib price, EvmAddress payout, List<String> protocols) {
  /** The largest capacity: one exbibyte. */
  public static final long MAX_CAPACITY_BYTES = 1L << 60;

  /** The most protocols. */
  public static final int MAX_PROTOCOLS = 8;

  /** The longest protocol id. */
  public static final int MAX_PROTOCOL_CHARS = 48;

  /**
   * Checks the values.
   *
   * @throws RefusedException if one is out of bounds
   */
  public CacherOffer {
    if (capacityBytes <= 0 || capacityBytes > MAX_CAPACITY_BYTES) {
      throw new RefusedException(
          Refusal.BAD_CAPACITY,
          "a capacity is 1 to " + MAX_CAPACITY_BYTES + " bytes, this is " + capacityBytes);
    }
    protocols = List.copyOf(protocols);
    if (protocols.size() > MAX_PROTOCOLS) {
      throw new RefusedException(
          Refusal.BAD_PROTOCOLS,
          "an offer names at most " + MAX_PROTOCOLS + " protocols, this " + protocols.size());
    }
    for (String protocol : protocols) {
      if (!isProtocol(protocol)) {
        throw new RefusedException(
            Refusal.BAD_PROTOCOLS,
            "a protocol is '/' and at most 47 characters of a-z, 0-9 and '/._-'");
      }
    }
  }

  private static boolean isProtocol(String text) {
    return text.length() > 1
        && text.length() <= MAX_PROTOCOL_CHARS
        && text.charAt(0) == '/'
        && text.chars()
            .allMatch(
                c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "/._-".indexOf(c) >= 0);
  }
}
