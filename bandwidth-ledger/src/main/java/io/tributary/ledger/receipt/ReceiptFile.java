package io.tributary.ledger.receipt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.MalformedLedgerValueException;
import io.tributary.ledger.signature.Signature;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Signed receipts as lines of JSON: one that says who signed, then one for each receipt.
 *
 * <pre>
 *  {"type":"tributary-receipts","version":1,"receipts":2,"signer":"0x..","signature":"0x.."}
 *  {"fragment":"ab..","peer":"12D3..","bytes":8388608,"ms":41,"at":1800000000000,"outcome":"VERIFIED"}
 * </pre>
 */
public final class ReceiptFile {
  private static final String TYPE = "tributary-receipts";
  private static final int VERSION = 1;
  private static final int MAX_LINE_CHARS = 1024;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ReceiptFile() {}

  /** Writes a list. */
  public static void write(SignedReceipts signed, Writer out) throws IOException {
    ObjectNode head =
        JSON.createObjectNode()
            .put("type", TYPE)
            .put("version", VERSION)
            .put("receipts", signed.receipts().size())
            .put("signer", signed.signer().toString())
            .put("signature", signed.signature().toString());
    out.append(head.toString()).append('\n');
    for (Receipt receipt : signed.receipts()) {
      ObjectNode line =
          JSON.createObjectNode()
              .put("fragment", HexFormat.of().formatHex(receipt.fragment().toBytes()))
              .put("peer", receipt.peer())
              .put("bytes", receipt.bytes())
              .put("ms", receipt.milliseconds())
              .put("at", receipt.atMillis())
              .put("outcome", receipt.outcome().name());
      out.append(line.toString()).append('\n');
    }
  }

  /**
   * Reads a list. Whether it is genuine is another question.
   *
   * @throws MalformedLedgerValueException if a line is not what it should be; the message names it
   */
  public static SignedReceipts read(BufferedReader in) throws IOException {
    JsonNode head = line(in, 1);
    if (!head.path("type").asText().equals(TYPE) || head.path("version").asInt() != VERSION) {
      throw new MalformedLedgerValueException(
          "line 1: this is no list of receipts, or one of another version");
    }
    int count = head.path("receipts").asInt(-1);
    if (count < 0 || count > SignedReceipts.MAX_RECEIPTS) {
      throw new MalformedLedgerValueException("line 1: receipts is no number of receipts");
    }
    EvmAddress signer = at(1, () -> EvmAddress.parse(text(head, "signer")));
    Signature signature = at(1, () -> Signature.parse(hex(withoutPrefix(text(head, "signature")))));
    List<Receipt> receipts = new ArrayList<>();
    for (int number = 2; number < count + 2; number++) {
      JsonNode line = line(in, number);
      receipts.add(at(number, () -> receipt(line)));
    }
    if (in.read() >= 0) {
      throw new MalformedLedgerValueException("more lines follow than line 1 says");
    }
    return new SignedReceipts(signer, receipts, signature);
  }

  private static Receipt receipt(JsonNode line) {
    return new Receipt(
        Hash256.of(hex(text(line, "fragment"))),
        text(line, "peer"),
        number(line, "bytes"),
        number(line, "ms"),
        number(line, "at"),
        outcome(text(line, "outcome")));
  }

  private interface Part<T> {
    T read();
  }

  private static <T> T at(int number, Part<T> part) {
    try {
      return part.read();
    } catch (MalformedLedgerValueException e) {
      throw new MalformedLedgerValueException("line " + number + ": " + e.getMessage());
    }
  }

  private static JsonNode line(BufferedReader in, int number) throws IOException {
    String text =
        readLine(in)
            .orElseThrow(() -> new MalformedLedgerValueException("line " + number + " is missing"));
    try {
      JsonNode node = JSON.readTree(text);
      if (node != null && node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw new MalformedLedgerValueException("line " + number + ": " + e.getOriginalMessage());
    }
    throw new MalformedLedgerValueException("line " + number + " is no JSON object");
  }

  private static Optional<String> readLine(BufferedReader in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = in.read();
    if (next < 0) {
      return Optional.empty();
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      if (line.length() == MAX_LINE_CHARS) {
        throw new MalformedLedgerValueException(
            "a line has more than " + MAX_LINE_CHARS + " characters");
      }
      line.append((char) next);
    }
    return Optional.of(line.toString());
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new MalformedLedgerValueException(field + " is missing or no text");
    }
    return value.asText();
  }

  private static long number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new MalformedLedgerValueException(field + " is missing or no whole number");
    }
    return value.asLong();
  }

  private static Outcome outcome(String name) {
    for (Outcome outcome : Outcome.values()) {
      if (outcome.name().equals(name)) {
        return outcome;
      }
    }
    throw new MalformedLedgerValueException("outcome has an unknown value");
  }

  private static String withoutPrefix(String text) {
    if (!text.startsWith("0x")) {
      throw new MalformedLedgerValueException("signature does not begin with 0x");
    }
    return text.substring(2);
  }

  private static byte[] hex(String digits) {
    try {
      return HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException e) {
      throw new MalformedLedgerValueException("not hexadecimal: " + e.getMessage());
    }
  }
}
