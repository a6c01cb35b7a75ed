package io.tributary.ledger.signature;

import fr.acinq.secp256k1.Secp256k1;
import fr.acinq.secp256k1.Secp256k1Exception;
import io.tributary.ledger.LedgerLog;
import java.util.Arrays;
import java.util.Optional;

/** Bitcoin's libsecp256k1, by JNI. */
final class NativeCurve implements Curve {
  private static final byte UNCOMPRESSED = 4;

  private final Secp256k1 library;

  private NativeCurve(Secp256k1 library) {
    this.library = library;
  }

  private static final class Holder {
    static final Optional<NativeCurve> CURVE = tryLoad();
  }

  /** The curve, or empty where the native code does not load. */
  static Optional<NativeCurve> load() {
    return Holder.CURVE;
  }

  private static Optional<NativeCurve> tryLoad() {
    try {
      return Optional.of(new NativeCurve(Secp256k1.get()));
    } catch (IllegalStateException | LinkageError e) {
      LedgerLog.noNativeCurve(e);
      return Optional.empty();
    }
  }

  @Override
  public String name() {
    return "libsecp256k1";
  }

  @Override
  public byte[] multiplyGenerator(byte[] scalar) {
    byte[] point = library.pubkeyCreate(scalar);
    return Arrays.copyOfRange(point, 1, point.length);
  }

  @Override
  public boolean verify(Signature signature, byte[] digest, PublicKey key) {
    return library.verify(signature.rs(), digest, uncompressed(key));
  }

  @Override
  public Optional<PublicKey> recover(Signature signature, byte[] digest) {
    try {
      byte[] point = library.ecdsaRecover(signature.rs(), digest, signature.isYOdd() ? 1 : 0);
      return Optional.of(PublicKey.trusted(Arrays.copyOfRange(point, 1, point.length)));
    } catch (Secp256k1Exception e) {
      return Optional.empty();
    }
  }

  private static byte[] uncompressed(PublicKey key) {
    byte[] point = new byte[1 + PublicKey.BYTES];
    point[0] = UNCOMPRESSED;
    key.copyTo(point, 1);
    return point;
  }
}
