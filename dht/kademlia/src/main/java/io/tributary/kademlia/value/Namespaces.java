package io.tributary.kademlia.value;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.network.RefusalReason;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The namespaces of a DHT and their rules. Immutable.
 *
 * @param rules by namespace
 */
public record Namespaces(Map<String, ValueRules> rules) {

  public Namespaces {
    rules = Map.copyOf(rules);
  }

  /** Of a DHT that takes peers' public keys only. */
  public static Namespaces publicKeys() {
    return new Namespaces(Map.of(PublicKeyRules.NAMESPACE, new PublicKeyRules()));
  }

  /** Judges a value; one of an unknown namespace is refused. */
  public Optional<RefusalReason> validate(DhtKey key, byte[] value, Instant now) {
    return of(key)
        .map(found -> found.validate(key, value, now))
        .orElseGet(() -> Optional.of(RefusalReason.UNKNOWN_NAMESPACE));
  }

  /** Chooses between two valid values. */
  public boolean isBetter(DhtKey key, byte[] value, byte[] than) {
    return of(key).map(found -> found.isBetter(key, value, than)).orElse(false);
  }

  private Optional<ValueRules> of(DhtKey key) {
    return key.namespace().flatMap(name -> Optional.ofNullable(rules.get(name)));
  }
}
