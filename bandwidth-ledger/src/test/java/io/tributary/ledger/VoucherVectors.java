package io.tributary.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The golden vectors of vouchers, which the contract's tests and ethers read too.
 *
 * @param domain what it is signed for
 * @param voucher what is signed
 * @param expected what must come of it
 */
record VoucherVectors(SettlementDomain domain, Voucher voucher, JsonNode expected) {

  /** Reads all of them. */
  static List<VoucherVectors> read() throws IOException {
    try (InputStream in = VoucherVectors.class.getResourceAsStream("vouchers.json")) {
      List<VoucherVectors> vectors = new ArrayList<>();
      for (JsonNode node : new ObjectMapper().readTree(in)) {
        vectors.add(
            new VoucherVectors(
                new SettlementDomain(
                    node.get("domain").get("chainId").asLong(),
                    EvmAddress.parse(node.get("domain").get("verifyingContract").asText())),
                voucher(node.get("voucher")),
                node));
      }
      return vectors;
    }
  }

  private static Voucher voucher(JsonNode node) {
    return new Voucher(
        new LaneId(
            EvmAddress.parse(node.get("payer").asText()),
            EvmAddress.parse(node.get("payee").asText()),
            Long.parseLong(node.get("lane").asText())),
        new Amount(new BigInteger(node.get("amount").asText())),
        Long.parseLong(node.get("bytesServed").asText()),
        Long.parseLong(node.get("expiry").asText()),
        Hash256.of(bytes(node.get("receiptsRoot").asText())));
  }

  byte[] privateKey() {
    return bytes(expected("privateKey"));
  }

  String expected(String field) {
    return expected.get(field).asText();
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.substring(2));
  }

  @Override
  public String toString() {
    return voucher.lane().toString();
  }
}
