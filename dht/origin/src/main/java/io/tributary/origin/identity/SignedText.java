package io.tributary.origin.identity;

import io.tributary.content.AccountId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A short text with an account's signature over it, as CESS's HTTP servers take it in the headers
 * {@code Account}, {@code Message} and {@code Signature}.
 *
 * <p>The signature is over the text's UTF-8 bytes. Browser wallets sign {@code <Bytes>text</Bytes>}
 * instead; miners and DeOSS take either form, and so does {@link #isValid}. We sign the bare text.
 *
 * @param account who signed
 * @param text what was signed; at most {@link #MAX_TEXT_CHARS} printable ASCII characters
 * @param signature the 64 bytes of the signature in lower-case hexadecimal, without prefix
 */
public record SignedText(AccountId account, String text, String signature) {
  /** The most characters of a text. */
  public static final int MAX_TEXT_CHARS = 256;

  private static final HexFormat HEX = HexFormat.of();
  private static final int SIGNATURE_CHARS = 2 * Sr25519.SIGNATURE_BYTES;
  private static final byte[] WRAP_OPEN = "<Bytes>".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] WRAP_CLOSE = "</Bytes>".getBytes(StandardCharsets.US_ASCII);

  /**
   * Checks the form, not the signature.
   *
   * @throws IllegalArgumentException if the text cannot stand in a header or the signature is not
   *     128 hexadecimal characters in lower case
   */
  public SignedText {
    if (!isHeaderText(text)) {
      throw new IllegalArgumentException(
          "a signed text has 1 to " + MAX_TEXT_CHARS + " printable ASCII characters");
    }
    if (!isLowerHex(signature)) {
      throw new IllegalArgumentException(
          "a signature has " + SIGNATURE_CHARS + " characters of 0-9 and a-f");
    }
  }

  /**
   * Signs a text.
   *
   * @throws IllegalArgumentException if the text is longer than {@link #MAX_TEXT_CHARS} or holds
   *     anything but printable ASCII
   */
  public static SignedText sign(Signer signer, String text) {
    byte[] signature = signer.sign(text.getBytes(StandardCharsets.UTF_8));
    return new SignedText(signer.account(), text, HEX.formatHex(signature));
  }

  /**
   * Signs the present time in unix seconds, the usual text towards miners.
   *
   * <p>DeOSS reads such a text as the moment the signature expires; add the validity to the clock
   * for it ({@link Clock#offset}).
   */
  public static SignedText signTime(Signer signer, Clock clock) {
    return sign(signer, Long.toString(clock.instant().getEpochSecond()));
  }

  /**
   * Reads the three header values as a server gets them.
   *
   * @param address the signer's SS58 address, of any network
   * @param text the text
   * @param signature hexadecimal in either case, {@code 0x} in front or not
   * @return the signed text, or empty if a value is malformed; the signature is not checked yet
   */
  public static Optional<SignedText> parse(String address, String text, String signature) {
    String hex = signature.startsWith("0x") ? signature.substring(2) : signature;
    if (hex.length() != SIGNATURE_CHARS || !isHeaderText(text)) {
      return Optional.empty();
    }
    try {
      AccountId account = Ss58Address.parse(address).account();
      return Optional.of(new SignedText(account, text, HEX.formatHex(HEX.parseHex(hex))));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** Tells whether the signature is the account's, over the bare text or over the wrapped text. */
  public boolean isValid() {
    byte[] raw = HEX.parseHex(signature);
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    return Sr25519.verify(account, message, raw) || Sr25519.verify(account, wrap(message), raw);
  }

  /** Returns {@code <Bytes>message</Bytes>}, which browser wallets sign in place of a message. */
  public static byte[] wrap(byte[] message) {
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(WRAP_OPEN.length + message.length + WRAP_CLOSE.length);
    out.writeBytes(WRAP_OPEN);
    out.writeBytes(message);
    out.writeBytes(WRAP_CLOSE);
    return out.toByteArray();
  }

  private static boolean isHeaderText(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_TEXT_CHARS
        && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  private static boolean isLowerHex(String text) {
    return text.length() == SIGNATURE_CHARS
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }
}
