package io.tributary.ledger.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Keccak256;
import io.tributary.ledger.MalformedLedgerValueException;
import io.tributary.ledger.keys.KeystoreException.Reason;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * A signing key locked by a password: a Web3 Secret Storage file, version 3, as geth and most
 * wallets read and write it.
 *
 * <p>Written with scrypt; read with scrypt and PBKDF2-HMAC-SHA-256. The cipher is AES-128-CTR, the
 * check {@code keccak256(derived[16..32] | ciphertext)}. Written here with Bouncy Castle's
 * primitives, since the library that has the format brings a dozen others with it.
 *
 * @see <a
 *     href="https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage/">Web3
 *     Secret Storage</a>
 */
public final class Keystore {
  /** The longest file that is read. */
  public static final int MAX_BYTES = 16 << 10;

  private static final int VERSION = 3;
  private static final int DERIVED_BYTES = 32;
  private static final int CIPHER_KEY_BYTES = 16;
  private static final int SALT_BYTES = 32;
  private static final int IV_BYTES = 16;
  private static final long MAX_SCRYPT_BYTES = 512L << 20;
  private static final int MAX_PBKDF2_ROUNDS = 10_000_000;
  private static final int MAX_SALT_BYTES = 256;
  private static final int MAX_FACTOR = 64;

  /** With a block size of 1, scrypt is defined for N below 2 to the power of 128 / 8. */
  private static final int MAX_N_OF_ONE_BLOCK = 1 << 16;

  private static final String CIPHER = "aes-128-ctr";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Optional<EvmAddress> address;
  private final JsonNode crypto;
  private final String text;

  private Keystore(Optional<EvmAddress> address, JsonNode crypto, String text) {
    this.address = address;
    this.crypto = crypto;
    this.text = text;
  }

  /**
   * How hard guessing is made.
   *
   * @param log2Rounds scrypt's N as a power of two; needs 1 KiB times N of memory
   */
  public record Hardness(int log2Rounds) {
    /** What geth writes: 256 MiB, about a second. */
    public static final Hardness STANDARD = new Hardness(18);

    /** For keys of development networks: 4 MiB, some milliseconds. */
    public static final Hardness LIGHT = new Hardness(12);

    private static final int MIN = 10;
    private static final int MAX = 18;

    public Hardness {
      if (log2Rounds < MIN || log2Rounds > MAX) {
        throw new IllegalArgumentException("log2Rounds " + log2Rounds + " is out of range");
      }
    }
  }

  /** Locks a key. The password is not changed and not kept. */
  public static Keystore lock(
      SigningKey key, char[] password, Hardness hardness, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    byte[] iv = new byte[IV_BYTES];
    random.nextBytes(salt);
    random.nextBytes(iv);
    int n = 1 << hardness.log2Rounds();
    byte[] secret = utf8(password);
    byte[] derived = SCrypt.generate(secret, salt, n, 8, 1, DERIVED_BYTES);
    byte[] plain = key.toBytes();
    byte[] ciphertext = crypt(Cipher.ENCRYPT_MODE, derived, iv, plain);
    Arrays.fill(secret, (byte) 0);
    Arrays.fill(plain, (byte) 0);
    HexFormat hex = HexFormat.of();
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    root.put("id", randomId(random).toString());
    root.put("address", hex.formatHex(key.address().toBytes()));
    ObjectNode crypto = root.putObject("crypto");
    crypto.put("cipher", CIPHER);
    crypto.putObject("cipherparams").put("iv", hex.formatHex(iv));
    crypto.put("ciphertext", hex.formatHex(ciphertext));
    crypto.put("kdf", "scrypt");
    crypto
        .putObject("kdfparams")
        .put("dklen", DERIVED_BYTES)
        .put("n", n)
        .put("r", 8)
        .put("p", 1)
        .put("salt", hex.formatHex(salt));
    crypto.put("mac", hex.formatHex(mac(derived, ciphertext)));
    Arrays.fill(derived, (byte) 0);
    return new Keystore(Optional.of(key.address()), crypto, root.toPrettyString() + "\n");
  }

  /** A random UUID (RFC 9562, version 4). */
  private static UUID randomId(SecureRandom random) {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (2L << 62);
    return new UUID(high, low);
  }

  /** Reads the text of a file; nothing is unlocked yet. */
  public static Keystore parse(String text) throws KeystoreException {
    if (text.length() > MAX_BYTES) {
      throw malformed("it has more than " + MAX_BYTES + " bytes");
    }
    try {
      JsonNode root = JSON.readTree(text);
      if (root.path("version").asInt() != VERSION) {
        throw malformed("its version is not " + VERSION);
      }
      JsonNode crypto = root.has("crypto") ? root.get("crypto") : root.path("Crypto");
      if (!crypto.path("cipher").asText().equals(CIPHER)) {
        throw malformed("its cipher is not " + CIPHER);
      }
      return new Keystore(address(root.path("address").asText()), crypto, text);
    } catch (JsonProcessingException e) {
      throw malformed("it is no JSON");
    } catch (MalformedLedgerValueException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<EvmAddress> address(String text) {
    String digits = text.toLowerCase(Locale.ROOT);
    if (digits.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(EvmAddress.parse(digits.startsWith("0x") ? digits : "0x" + digits));
  }

  /** Whose key it is, if it says so; unlocking checks it. */
  public Optional<EvmAddress> address() {
    return address;
  }

  /** Returns the text of the file. It bears no secret that the password does not guard. */
  public String toText() {
    return text;
  }

  /** Unlocks the key. The password is not changed and not kept. */
  public SigningKey unlock(char[] password, Curve curve) throws KeystoreException {
    byte[] secret = utf8(password);
    byte[] derived = derive(secret);
    Arrays.fill(secret, (byte) 0);
    byte[] ciphertext = hex(crypto, "ciphertext", Curve.SCALAR_BYTES, Curve.SCALAR_BYTES);
    if (!MessageDigest.isEqual(
        mac(derived, ciphertext), hex(crypto, "mac", Keccak256.BYTES, Keccak256.BYTES))) {
      throw new KeystoreException(Reason.WRONG_PASSWORD, "the password does not unlock " + this);
    }
    byte[] iv = hex(crypto.path("cipherparams"), "iv", IV_BYTES, IV_BYTES);
    byte[] plain = crypt(Cipher.DECRYPT_MODE, derived, iv, ciphertext);
    Arrays.fill(derived, (byte) 0);
    try {
      SigningKey key = SigningKey.of(plain, curve);
      if (address.isPresent() && !key.address().equals(address.get())) {
        throw malformed("it says that it is of " + address.get() + " but is of " + key.address());
      }
      return key;
    } catch (MalformedLedgerValueException e) {
      throw malformed(String.valueOf(e.getMessage()));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private byte[] derive(byte[] secret) throws KeystoreException {
    JsonNode parameters = crypto.path("kdfparams");
    if (parameters.path("dklen").asInt() != DERIVED_BYTES) {
      throw malformed("dklen is not " + DERIVED_BYTES);
    }
    return switch (crypto.path("kdf").asText()) {
      case "scrypt" -> scrypt(secret, parameters);
      case "pbkdf2" -> pbkdf2(secret, parameters);
      default -> throw malformed("its key derivation is neither scrypt nor pbkdf2");
    };
  }

  private static byte[] scrypt(byte[] secret, JsonNode parameters) throws KeystoreException {
    byte[] salt = hex(parameters, "salt", 1, MAX_SALT_BYTES);
    long n = parameters.path("n").asLong();
    int r = parameters.path("r").asInt();
    int p = parameters.path("p").asInt();
    boolean isSane =
        n > 1 && Long.bitCount(n) == 1 && r > 0 && p > 0 && r <= MAX_FACTOR && p <= MAX_FACTOR;
    if (!isSane || (r == 1 && n >= MAX_N_OF_ONE_BLOCK)) {
      throw malformed("the parameters of scrypt are out of range (RFC 7914, section 2)");
    }
    if (n > MAX_SCRYPT_BYTES / 128 / r) {
      throw new KeystoreException(
          Reason.TOO_COSTLY,
          "unlocking would need "
              + 128L * r
              + " times "
              + n
              + " bytes of memory; at most "
              + MAX_SCRYPT_BYTES
              + " are given");
    }
    return SCrypt.generate(secret, salt, (int) n, r, p, DERIVED_BYTES);
  }

  private static byte[] pbkdf2(byte[] secret, JsonNode parameters) throws KeystoreException {
    byte[] salt = hex(parameters, "salt", 1, MAX_SALT_BYTES);
    int rounds = parameters.path("c").asInt();
    if (!parameters.path("prf").asText().equals("hmac-sha256") || rounds <= 0) {
      throw malformed("the parameters of PBKDF2 are not understood");
    }
    if (rounds > MAX_PBKDF2_ROUNDS) {
      throw new KeystoreException(
          Reason.TOO_COSTLY, rounds + " rounds are more than " + MAX_PBKDF2_ROUNDS);
    }
    PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(new SHA256Digest());
    generator.init(secret, salt, rounds);
    return ((KeyParameter) generator.generateDerivedParameters(DERIVED_BYTES * Byte.SIZE)).getKey();
  }

  private static byte[] mac(byte[] derived, byte[] ciphertext) {
    return Keccak256.hash(Arrays.copyOfRange(derived, CIPHER_KEY_BYTES, DERIVED_BYTES), ciphertext);
  }

  private static byte[] crypt(int mode, byte[] derived, byte[] iv, byte[] input) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          mode, new SecretKeySpec(derived, 0, CIPHER_KEY_BYTES, "AES"), new IvParameterSpec(iv));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has AES in counter mode", e);
    }
  }

  private static byte[] utf8(char[] password) {
    CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    ByteBuffer bytes =
        ByteBuffer.allocate((int) Math.ceil(password.length * encoder.maxBytesPerChar()));
    encoder.encode(CharBuffer.wrap(password), bytes, true);
    byte[] copy = Arrays.copyOf(bytes.array(), bytes.position());
    Arrays.fill(bytes.array(), (byte) 0);
    return copy;
  }

  private static byte[] hex(JsonNode node, String field, int min, int max)
      throws KeystoreException {
    try {
      byte[] bytes = HexFormat.of().parseHex(node.path(field).asText());
      if (bytes.length >= min && bytes.length <= max) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw malformed(field + " is not hexadecimal");
    }
    throw malformed(field + " has a wrong length");
  }

  private static KeystoreException malformed(String what) {
    return new KeystoreException(
        Reason.MALFORMED, "the file is no Web3 keystore of version 3 that can be read: " + what);
  }

  @Override
  public String toString() {
    return "the key of " + address.map(EvmAddress::toString).orElse("an address it does not name");
  }
}
