package io.tributary.exchange.client;

import io.netty.buffer.ByteBuf;
import io.tributary.content.Digest;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.exchange.ExchangeLog;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Looks at content while it comes: a whole fragment must have its hash, a range must please the
 * caller's verifier. Confined to the fetch's {@link Home}.
 */
final class ContentCheck {
  private final FetchRequest wanted;
  private final Optional<MessageDigest> sha256;

  ContentCheck(FetchRequest wanted) {
    this.wanted = wanted;
    boolean isWhole = wanted.range().length() == Layout.FRAGMENT_BYTES;
    this.sha256 = isWhole ? Optional.of(Sha256.newDigest()) : Optional.empty();
  }

  /** Whether anybody looks; if not, the bytes are for the caller to judge later. */
  boolean isChecked() {
    return sha256.isPresent() || wanted.verifier().isPresent();
  }

  /** Looks at the next bytes, which stay the caller's. */
  void update(ByteBuf bytes) {
    if (!isChecked()) {
      return;
    }
    for (ByteBuffer each : bytes.nioBuffers()) {
      if (sha256.isPresent()) {
        sha256.get().update(each);
      } else {
        wanted.verifier().ifPresent(verifier -> verifier.update(each));
      }
    }
  }

  /** Whether all bytes together are what was asked for; to be asked once. */
  boolean isRight() {
    if (sha256.isPresent()) {
      return Digest.of(sha256.get().digest()).equals(wanted.name().hash().digest());
    }
    try {
      return wanted.verifier().map(RangeVerifier::isRight).orElse(false);
    } catch (RuntimeException e) {
      ExchangeLog.verifierFailed(wanted.name(), e);
      return false;
    }
  }
}
