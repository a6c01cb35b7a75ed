package io.tributary.ledger.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tributary.ledger.Hash256;
import io.tributary.ledger.MalformedLedgerValueException;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReceiptFileTest {
  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());

  private final SigningKey key = SigningKey.generate(new SecureRandom(), Curve.fastest());

  private static List<Receipt> receipts() {
    SplittableRandom random = new SplittableRandom(9);
    List<Receipt> receipts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      byte[] fragment = new byte[Hash256.BYTES];
      random.nextBytes(fragment);
      receipts.add(
          new Receipt(
              Hash256.of(fragment),
              "12D3KooWpeer" + i,
              8_388_608,
              40 + i,
              1_800_000_000_000L + i,
              OUTCOMES.get(i % OUTCOMES.size())));
    }
    return receipts;
  }

  private static String write(SignedReceipts signed) throws IOException {
    StringWriter out = new StringWriter();
    ReceiptFile.write(signed, out);
    return out.toString();
  }

  private static SignedReceipts read(String text) throws IOException {
    return ReceiptFile.read(new BufferedReader(new StringReader(text)));
  }

  @Test
  void receipts_areReadBackAndGenuine() throws IOException {
    SignedReceipts signed = SignedReceipts.sign(receipts(), key);
    SignedReceipts again = read(write(signed));
    assertThat(again).isEqualTo(signed);
    assertThat(again.isGenuine(Curve.fastest())).isTrue();
    assertThat(again.isGenuine(Curve.bouncyCastle())).isTrue();
    assertThat(again.bytes(Outcome.VERIFIED)).isEqualTo(4 * 8_388_608);
  }

  @Test
  void receiptsThatWereChangedMovedOrLeftOut_areNotGenuine() throws IOException {
    SignedReceipts signed = SignedReceipts.sign(receipts(), key);
    String text = write(signed);
    assertThat(read(text.replaceFirst("\"ms\":41", "\"ms\":42")).isGenuine(Curve.fastest()))
        .isFalse();
    assertThat(read(text.replaceFirst("VERIFIED", "CANCELLED")).isGenuine(Curve.fastest()))
        .isFalse();
    List<Receipt> moved = new ArrayList<>(signed.receipts());
    Collections.swap(moved, 3, 4);
    assertThat(
            new SignedReceipts(signed.signer(), moved, signed.signature())
                .isGenuine(Curve.fastest()))
        .isFalse();
    assertThat(
            new SignedReceipts(
                    signed.signer(), signed.receipts().subList(0, 19), signed.signature())
                .isGenuine(Curve.fastest()))
        .isFalse();
    SigningKey other = SigningKey.generate(new SecureRandom(), Curve.fastest());
    assertThat(
            new SignedReceipts(other.address(), signed.receipts(), signed.signature())
                .isGenuine(Curve.fastest()))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tributary-receipts | receipts | line 1",
        "\"version\":1 | \"version\":2 | line 1",
        "\"receipts\":20 | \"receipts\":21 | line 22 is missing",
        "\"receipts\":20 | \"receipts\":19 | more lines",
        "\"receipts\":20 | \"receipts\":9999999 | line 1",
        "\"signature\":\"0x | \"signature\":\" | line 1",
        "\"ms\":43 | \"ms\":-43 | line 5",
        "\"ms\":43 | \"ms\":4.3 | line 5",
        "\"ms\":43 | \"ms\":43e300 | line 5",
        "CANCELLED | LOST | line 5",
        "12D3KooWpeer3 | '' | line 5",
        "\"peer\" | \"pear\" | line 2",
      })
  void malformedLines_areNamed(String original, String changed, String message) throws IOException {
    String text = write(SignedReceipts.sign(receipts(), key));
    String bad = text.replaceFirst(java.util.regex.Pattern.quote(original), changed);
    assertThat(bad).isNotEqualTo(text);
    assertThatExceptionOfType(MalformedLedgerValueException.class)
        .isThrownBy(() -> read(bad))
        .withMessageContaining(message);
  }

  @Test
  void endlessLine_isRefused() {
    assertThatExceptionOfType(MalformedLedgerValueException.class)
        .isThrownBy(() -> read(" ".repeat(5000)));
  }
}
