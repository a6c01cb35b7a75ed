package io.tributary.origin.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;

/** The vectors that {@code src/test/interop/make-vectors.mjs} made. */
record IdentityVectors(
    List<Pair> pairs, List<Signature> signatures, Wrapped wrapped, List<Address> addresses) {
  record Pair(String seed, String account) {}

  record Signature(String maker, String account, String message, String signature) {}

  record Wrapped(String address, String text, String signature) {}

  record Address(int prefix, String account, String address) {}

  static IdentityVectors load() {
    try (InputStream in = IdentityVectors.class.getResourceAsStream("identity-vectors.json")) {
      return new ObjectMapper().readValue(in, IdentityVectors.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
