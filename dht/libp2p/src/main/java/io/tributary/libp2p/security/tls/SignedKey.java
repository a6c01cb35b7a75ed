package io.tributary.libp2p.security.tls;

import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;

/**
 * The content of the libp2p Public Key Extension: a peer's identity key, and its signature over the
 * key of the certificate that carries it.
 *
 * <pre>
 *  SignedKey ::= SEQUENCE {                              (DER)
 *    publicKey  OCTET STRING,   the encoded identity key
 *    signature  OCTET STRING    by that key, over
 *  }                            "libp2p-tls-handshake:" + SubjectPublicKeyInfo of the certificate
 * </pre>
 *
 * @param identity the identity key
 * @param signature not verified yet; not to be changed
 * @see <a
 *     href="https://github.com/libp2p/specs/blob/master/tls/tls.md#libp2p-public-key-extension">libp2p
 *     Public Key Extension</a>
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, only encoded and verified
record SignedKey(PublicKey identity, byte[] signature) {
  /** The extension's object identifier. */
  static final String OID = "1.3.6.1.4.1.53594.1.1";

  private static final byte[] SIGNATURE_PREFIX =
      "libp2p-tls-handshake:".getBytes(StandardCharsets.US_ASCII);

  /** Signs the key of a certificate, given as SubjectPublicKeyInfo, with the identity key. */
  static SignedKey sign(PrivateKey identity, byte[] certificateKey) {
    return new SignedKey(identity.publicKey(), identity.sign(signed(certificateKey)));
  }

  /** Whether the identity key has signed the key of a certificate. */
  boolean isFor(byte[] certificateKey) {
    return identity.verify(signed(certificateKey), signature);
  }

  byte[] encode() {
    try {
      return new DERSequence(
              new ASN1OctetString[] {
                new DEROctetString(identity.encode()), new DEROctetString(signature)
              })
          .getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new UncheckedIOException("an array has no I/O errors", e);
    }
  }

  /**
   * Reads the extension's content.
   *
   * @throws SecureChannelException with {@link Reason#BAD_CERTIFICATE} if it is not a SignedKey,
   *     {@link Reason#UNSUPPORTED_KEY} if the key is of a kind that is not verified here
   */
  static SignedKey decode(byte[] content) throws SecureChannelException {
    byte[] key;
    byte[] signature;
    try {
      ASN1Sequence sequence = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(content));
      if (sequence == null || sequence.size() != 2) {
        throw new SecureChannelException(
            Reason.BAD_CERTIFICATE, "a SignedKey is a sequence of two octet strings");
      }
      key = ASN1OctetString.getInstance(sequence.getObjectAt(0)).getOctets();
      signature = ASN1OctetString.getInstance(sequence.getObjectAt(1)).getOctets();
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new SecureChannelException(Reason.BAD_CERTIFICATE, "the SignedKey is no ASN.1", e);
    }
    try {
      return new SignedKey(PublicKey.decode(key), signature);
    } catch (MalformedFormatException e) {
      throw switch (e.reason()) {
        case UNKNOWN_CODE, REFUSED_CODE ->
            new SecureChannelException(Reason.UNSUPPORTED_KEY, "the peer's identity key", e);
        default -> new SecureChannelException(Reason.BAD_CERTIFICATE, "the peer's identity key", e);
      };
    }
  }

  private static byte[] signed(byte[] certificateKey) {
    byte[] message =
        Arrays.copyOf(SIGNATURE_PREFIX, SIGNATURE_PREFIX.length + certificateKey.length);
    System.arraycopy(certificateKey, 0, message, SIGNATURE_PREFIX.length, certificateKey.length);
    return message;
  }
}
