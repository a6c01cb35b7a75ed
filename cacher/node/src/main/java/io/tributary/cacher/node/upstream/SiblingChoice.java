package io.tributary.cacher.node.upstream;

import io.tributary.exchange.client.Provider;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Which of some siblings that were asked whether they hold a fragment it is taken from: the first
 * to say yes that is reached directly, or else, when none of these has it, the first that is met at
 * a relay, since a fragment has to wait there until both NATs have been opened. Thread-safe.
 */
final class SiblingChoice {
  private final CompletableFuture<Optional<Provider>> made = new CompletableFuture<>();
  private int openDirect;
  private int openRelayed;
  private @Nullable Provider relayed;

  /**
   * A choice among as many siblings, each of which is told of once.
   *
   * @param direct how many are reached directly
   * @param relayed how many are met at relays
   */
  SiblingChoice(int direct, int relayed) {
    this.openDirect = direct;
    this.openRelayed = relayed;
    decide();
  }

  /** Takes what came of asking one. */
  void told(Provider sibling, boolean isDirect, boolean isHeld) {
    synchronized (this) {
      if (isDirect) {
        openDirect--;
      } else {
        openRelayed--;
      }
      if (isHeld && !isDirect && relayed == null) {
        relayed = sibling;
      }
    }
    // Outside the lock, as others act on it.
    if (isHeld && isDirect) {
      made.complete(Optional.of(sibling));
    } else {
      decide();
    }
  }

  private void decide() {
    Optional<Provider> fallback;
    synchronized (this) {
      fallback = Optional.ofNullable(relayed);
      if (openDirect > 0 || (fallback.isEmpty() && openRelayed > 0)) {
        return;
      }
    }
    made.complete(fallback);
  }

  /** Completed when it is made, with nobody if nobody has it. */
  CompletableFuture<Optional<Provider>> made() {
    return made;
  }
}
