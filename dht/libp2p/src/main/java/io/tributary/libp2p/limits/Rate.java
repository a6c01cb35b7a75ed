package io.tributary.libp2p.limits;

/**
 * A rate after a burst.
 *
 * @param perSecond how many are allowed in a second
 * @param burst how many are allowed at once
 */
public record Rate(double perSecond, int burst) {
  public Rate {
    if (!(perSecond > 0) || burst < 1) {
      throw new IllegalArgumentException("perSecond " + perSecond + ", burst " + burst);
    }
  }
}
