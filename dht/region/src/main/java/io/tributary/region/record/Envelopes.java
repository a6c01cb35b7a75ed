package io.tributary.region.record;

import io.tributary.libp2p.identity.EnvelopeKind;
import io.tributary.libp2p.identity.InvalidEnvelopeException;
import io.tributary.libp2p.identity.SignedEnvelope;

/** Opens envelopes and says in this module's words why one is not believed. */
final class Envelopes {

  private Envelopes() {}

  static SignedEnvelope open(byte[] bytes, EnvelopeKind kind) {
    try {
      return SignedEnvelope.open(bytes, kind);
    } catch (InvalidEnvelopeException e) {
      Refusal reason =
          switch (e.reason()) {
            case MALFORMED -> Refusal.MALFORMED;
            case OTHER_TYPE -> Refusal.OTHER_TYPE;
            case WRONG_SIGNATURE -> Refusal.WRONG_SIGNATURE;
            case OTHER_SIGNER -> Refusal.OTHER_SIGNER;
          };
      throw new RefusedException(reason, "an envelope of " + kind.domain(), e);
    }
  }
}
