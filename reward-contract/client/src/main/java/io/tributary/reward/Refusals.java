package io.tributary.reward;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.reward.ChainException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Type;
import org.web3j.crypto.Hash;
import org.web3j.protocol.core.Response;
import org.web3j.utils.Numeric;

/** Reads the contract's refusals: which rule, and its numbers, by the ABI that was compiled. */
final class Refusals {
  private static final int SELECTOR_CHARS = 10;

  /** The errors of the contract by the four bytes that begin them. */
  private static final Map<String, Rule> RULES = read();

  private Refusals() {}

  private record Rule(String name, List<String> fields, List<String> types) {}

  /** What an endpoint's error says. */
  static ChainException of(Response.Error error) {
    return Optional.ofNullable(error.getData())
        .map(data -> data.replace("\"", ""))
        .flatMap(Refusals::explain)
        .map(text -> new ChainException(Reason.REVERTED, text))
        .orElseGet(
            () ->
                String.valueOf(error.getMessage()).contains("revert")
                    ? new ChainException(Reason.REVERTED, error.getMessage())
                    : new ChainException(
                        Reason.REFUSED, error.getMessage() + " (" + error.getCode() + ")"));
  }

  /** A refusal in words: {@code StaleVoucher(amount=5, paid=7)}; empty if it is none of ours. */
  static Optional<String> explain(String data) {
    if (data.length() < SELECTOR_CHARS) {
      return Optional.empty();
    }
    return Optional.ofNullable(RULES.get(data.substring(0, SELECTOR_CHARS)))
        .map(rule -> words(rule, data.substring(SELECTOR_CHARS)));
  }

  private static String words(Rule rule, String values) {
    StringJoiner words = new StringJoiner(", ", rule.name + "(", ")");
    List<TypeReference<Type>> types = new ArrayList<>();
    for (String type : rule.types) {
      types.add(reference(type));
    }
    List<Type> decoded = FunctionReturnDecoder.decode("0x" + values, types);
    for (int i = 0; i < decoded.size(); i++) {
      Object value = decoded.get(i).getValue();
      words.add(
          rule.fields.get(i)
              + "="
              + (value instanceof byte[] bytes ? Numeric.toHexString(bytes) : value));
    }
    return words.toString();
  }

  @SuppressWarnings("unchecked") // the decoder wants references to Type itself
  private static TypeReference<Type> reference(String type) {
    try {
      return (TypeReference<Type>) (TypeReference<?>) TypeReference.makeTypeReference(type);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("the ABI has the unknown type " + type, e);
    }
  }

  private static Map<String, Rule> read() {
    try (InputStream in = Refusals.class.getResourceAsStream("CessCdnLedger.abi")) {
      if (in == null) {
        throw new IllegalStateException("the contract's ABI is not in the jar");
      }
      Map<String, Rule> rules = new HashMap<>();
      for (JsonNode entry : new ObjectMapper().readTree(in)) {
        if (entry.path("type").asText().equals("error")) {
          List<String> fields = new ArrayList<>();
          List<String> types = new ArrayList<>();
          for (JsonNode input : entry.path("inputs")) {
            fields.add(input.path("name").asText());
            types.add(input.path("type").asText());
          }
          String name = entry.path("name").asText();
          String signature = name + "(" + String.join(",", types) + ")";
          rules.put(
              Hash.sha3String(signature).substring(0, SELECTOR_CHARS),
              new Rule(name, fields, types));
        }
      }
      return rules;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
