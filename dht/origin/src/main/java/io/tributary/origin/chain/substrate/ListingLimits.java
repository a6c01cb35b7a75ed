package io.tributary.origin.chain.substrate;

/**
 * How much a listing reads.
 *
 * @param pageEntries records per request; 128 by default
 * @param maxEntries records of a listing; 100,000 by default
 * @param maxCallsAtOnce single requests at once, for nodes that do not answer for a whole page; 8
 *     by default
 */
public record ListingLimits(int pageEntries, int maxEntries, int maxCallsAtOnce) {
  /** The most records Substrate returns per request. */
  public static final int MAX_PAGE_ENTRIES = 1000;

  /** The defaults. */
  public static final ListingLimits DEFAULT = new ListingLimits(128, 100_000, 8);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is not positive or the page is above 1000
   */
  public ListingLimits {
    if (pageEntries < 1 || pageEntries > MAX_PAGE_ENTRIES || maxEntries < 1 || maxCallsAtOnce < 1) {
      throw new IllegalArgumentException(
          "pageEntries " + pageEntries + " is 1 to " + MAX_PAGE_ENTRIES + ", the rest positive");
    }
  }
}
