package io.tributary.origin.identity;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tributary.content.AccountId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

class IdentityFuzzTest {
  @FuzzTest
  void anyText_isAnAddressInItsOnlyFormOrRefused(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    try {
      String again = Ss58Address.parse(text).toString();
      if (!again.equals(text)) {
        throw new AssertionError(text + " was read as " + again);
      }
    } catch (MalformedAddressException expected) {
      // Most texts are no addresses.
    }
  }

  /** Input: an account, a signature, and the rest is the message. */
  @FuzzTest
  void anyBytes_areASignatureOrNot(byte[] data) {
    int signatureEnd = AccountId.BYTES + Sr25519.SIGNATURE_BYTES;
    AccountId account = AccountId.of(Arrays.copyOf(data, AccountId.BYTES));
    byte[] signature = slice(data, AccountId.BYTES, signatureEnd);
    byte[] message = slice(data, signatureEnd, data.length);
    if (Sr25519.verify(account, message, signature)) {
      signature[0] ^= 1;
      if (Sr25519.verify(account, message, signature)) {
        throw new AssertionError("two signatures with one s for " + account);
      }
    }
  }

  /** Input: the three headers, a line each. */
  @FuzzTest
  void anyHeaders_areReadOrNot(byte[] data) {
    String[] lines = new String(data, StandardCharsets.UTF_8).split("\n", 3);
    if (lines.length == 3) {
      SignedText.parse(lines[0], lines[1], lines[2]).ifPresent(SignedText::isValid);
    }
  }

  private static byte[] slice(byte[] data, int from, int to) {
    int start = Math.min(from, data.length);
    return Arrays.copyOfRange(data, start, Math.max(start, Math.min(to, data.length)));
  }
}
