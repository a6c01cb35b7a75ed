package io.tributary.kademlia.value;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** The rules of {@code /pk/}: the value is the encoded public key of the peer the key names. */
public final class PublicKeyRules implements ValueRules {

  /** The namespace. */
  public static final String NAMESPACE = "pk";

  @Override
  public Optional<RefusalReason> validate(DhtKey key, byte[] value, Instant now) {
    return Arrays.equals(PeerId.ofKey(value).toBytes(), key.name())
        ? Optional.empty()
        : Optional.of(RefusalReason.OTHER_SIGNER);
  }

  @Override
  public boolean isBetter(DhtKey key, byte[] value, byte[] than) {
    return false;
  }
}
