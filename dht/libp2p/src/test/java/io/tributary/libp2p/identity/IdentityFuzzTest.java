package io.tributary.libp2p.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tributary.libp2p.multiformats.MalformedMessageException;

/** That every decoder either refuses bytes or has read exactly those. */
class IdentityFuzzTest {

  @FuzzTest
  void publicKey(byte[] bytes) {
    try {
      PublicKey key = PublicKey.decode(bytes);
      assertThat(key.encode()).isEqualTo(bytes);
      assertThat(key.verify(bytes, bytes)).isFalse();
    } catch (MalformedMessageException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }

  @FuzzTest
  void privateKey(byte[] bytes) {
    try {
      PrivateKey key = PrivateKey.decode(bytes);
      assertThat(PrivateKey.decode(key.encode()).publicKey()).isEqualTo(key.publicKey());
      assertThat(key.publicKey().verify(bytes, key.sign(bytes))).isTrue();
    } catch (MalformedMessageException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }

  @FuzzTest
  void peerRecord(byte[] bytes) {
    try {
      PeerRecord record = PeerRecord.open(bytes);
      assertThat(record.addresses()).hasSizeLessThanOrEqualTo(PeerRecord.MAX_ADDRESSES);
      assertThat(SignedEnvelope.open(bytes, PeerRecord.KIND).signer().peerId())
          .isEqualTo(record.peerId());
    } catch (InvalidEnvelopeException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }
}
