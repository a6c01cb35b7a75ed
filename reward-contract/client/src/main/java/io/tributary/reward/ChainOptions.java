package io.tributary.reward;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * How a chain is spoken to.
 *
 * @param endpoints JSON-RPC over HTTP, best first; the next is asked when one does not answer
 * @param requestTimeout the longest wait for one endpoint's answer
 * @param finalityDepth how many blocks must follow one before it counts as final
 * @param feeCeilingWei the most that is offered for a unit of gas, in wei
 * @param tipWei what is offered to the block's maker for a unit of gas, in wei
 * @param pollInterval how often the chain is asked whether a transaction is in a block
 * @param mineTimeout the longest wait for that
 */
public record ChainOptions(
    List<URI> endpoints,
    Duration requestTimeout,
    int finalityDepth,
    BigInteger feeCeilingWei,
    BigInteger tipWei,
    Duration pollInterval,
    Duration mineTimeout) {
  private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000);

  /** Checks the numbers. */
  public ChainOptions {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("a chain has at least one endpoint");
    }
    if (finalityDepth < 0) {
      throw new IllegalArgumentException("finalityDepth " + finalityDepth + " is negative");
    }
    if (tipWei.signum() < 0 || feeCeilingWei.compareTo(tipWei) < 0) {
      throw new IllegalArgumentException(
          "a tip of " + tipWei + " wei is not from 0 to the ceiling of " + feeCeilingWei);
    }
  }

  /**
   * Ten seconds, twelve blocks, at most 100 gwei with a tip of one, asked each second for 5 min.
   */
  public static ChainOptions of(List<URI> endpoints) {
    return new ChainOptions(
        endpoints,
        Duration.ofSeconds(10),
        12,
        GWEI.multiply(BigInteger.valueOf(100)),
        GWEI,
        Duration.ofSeconds(1),
        Duration.ofMinutes(5));
  }
}
