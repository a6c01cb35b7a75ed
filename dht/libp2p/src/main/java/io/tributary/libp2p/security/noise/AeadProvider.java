package io.tributary.libp2p.security.noise;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Optional;
import javax.crypto.Cipher;
import org.conscrypt.Conscrypt;

/** Who computes ChaCha20-Poly1305 and X25519 for Noise. */
public enum AeadProvider {
  /**
   * BoringSSL through Conscrypt: vector code on every CPU it supports, works on direct buffers and
   * allocates nothing per frame. Absent where Conscrypt has no native library for the platform.
   */
  CONSCRYPT("ChaCha20/Poly1305/NoPadding"),
  /**
   * The JDK's own, for every platform: plain Java on JDK 17, vector code on newer ones as far as
   * the CPU has what they want. It works on arrays, so bytes are copied, and allocates inside.
   */
  JDK("ChaCha20-Poly1305");

  private final String transformation;

  AeadProvider(String transformation) {
    this.transformation = transformation;
  }

  /** Returns the fastest of those that work here; the choice is the same for the whole process. */
  public static AeadProvider preferred() {
    return CONSCRYPT.isAvailable() ? CONSCRYPT : JDK;
  }

  /** Whether it works on this platform. */
  public boolean isAvailable() {
    return this == JDK || security().isPresent();
  }

  /** Whether its ciphers read and write direct buffers, rather than arrays. */
  boolean worksOnDirectBuffers() {
    return this == CONSCRYPT;
  }

  /** The security provider to ask; empty for the platform's defaults. */
  Optional<Provider> security() {
    return this == CONSCRYPT ? Native.CONSCRYPT : Optional.empty();
  }

  Cipher newCipher() {
    Optional<Provider> security = security();
    try {
      return security.isPresent()
          ? Cipher.getInstance(transformation, security.get())
          : Cipher.getInstance(transformation);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(this + " was available and has no " + transformation, e);
    }
  }

  /** The native library, loaded when it is first asked for. */
  private static final class Native {
    static final Optional<Provider> CONSCRYPT = find();

    private static Optional<Provider> find() {
      try {
        return Conscrypt.isAvailable() ? Optional.of(Conscrypt.newProvider()) : Optional.empty();
      } catch (LinkageError | RuntimeException noNativeLibrary) {
        return Optional.empty();
      }
    }
  }
}
