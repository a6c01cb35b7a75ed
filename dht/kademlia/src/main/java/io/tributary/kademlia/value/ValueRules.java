package io.tributary.kademlia.value;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.network.RefusalReason;
import java.time.Instant;
import java.util.Optional;

/** The rules of a namespace: what is a value there, and which of two holds. Thread-safe. */
public interface ValueRules {

  /**
   * Judges a value.
   *
   * @param key of this namespace
   * @param value not to be changed
   * @return why it is refused, if it is
   */
  Optional<RefusalReason> validate(DhtKey key, byte[] value, Instant now);

  /**
   * Chooses between two values of one key that are both valid: whether the first is better. One
   * that is the same is not.
   */
  boolean isBetter(DhtKey key, byte[] value, byte[] than);
}
