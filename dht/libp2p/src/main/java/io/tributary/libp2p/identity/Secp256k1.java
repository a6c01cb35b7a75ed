package io.tributary.libp2p.identity;

import java.math.BigInteger;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/** The curve of Bitcoin, which the JDK has not. */
final class Secp256k1 {
  static final ECDomainParameters CURVE;
  static final BigInteger HALF_ORDER;

  static {
    X9ECParameters named = CustomNamedCurves.getByName("secp256k1");
    CURVE = new ECDomainParameters(named);
    HALF_ORDER = CURVE.getN().shiftRight(1);
  }

  /** Strict DER: what it decodes, it also encodes to the same bytes. */
  static final StandardDSAEncoding SIGNATURE_FORM = StandardDSAEncoding.INSTANCE;

  private Secp256k1() {}
}
