package io.tributary.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.Signature;
import io.tributary.ledger.signature.SigningKey;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Vouchers against the golden vectors and against ethers. */
final class VoucherVectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<VoucherVectors> vectors() throws IOException {
    return VoucherVectors.read().stream();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void vectors_haveTheirHashesAndSignatures(VoucherVectors vector) {
    assertThat(vector.domain().separator()).hasToString(vector.expected("domainSeparator"));
    Hash256 digest = new VoucherDigest(vector.domain()).of(vector.voucher());
    assertThat(digest).hasToString(vector.expected("digest"));
    for (Curve curve : List.of(Curve.bouncyCastle(), Curve.fastest())) {
      SigningKey key = SigningKey.of(vector.privateKey(), curve);
      assertThat(key.address()).isEqualTo(vector.voucher().lane().payer());
      Signature signature = key.sign(digest);
      assertThat(signature).hasToString(vector.expected("signature"));
      assertThat(signature.toLongBytes())
          .isEqualTo(VoucherVectors.bytes(vector.expected("longSignature")));
      assertThat(curve.verify(signature, digest.toBytes(), key.publicKey())).isTrue();
      assertThat(curve.recover(signature, digest.toBytes())).contains(key.publicKey());
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void encodedForm_isReadBack(VoucherVectors vector) {
    SignedVoucher signed =
        new SignedVoucher(
            vector.voucher(), Signature.parse(VoucherVectors.bytes(vector.expected("signature"))));
    byte[] bytes = signed.toBytes();
    assertThat(bytes).hasSize(SignedVoucher.BYTES);
    assertThat(SignedVoucher.decode(ByteBuffer.wrap(bytes))).isEqualTo(signed);
  }

  @Test
  void ethers_computesTheSameVectors() throws IOException, InterruptedException {
    assertThat(
            Ethers.run("", "check", "../../src/test/resources/io/tributary/ledger/vouchers.json"))
        .containsExactly(vectors().count() + " vectors agree");
  }

  @Test
  void randomVouchers_areReadByEthersAsSigned() throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(712);
    SecureRandom keys = new SecureRandom();
    StringBuilder questions = new StringBuilder();
    List<Hash256> digests = new ArrayList<>();
    List<EvmAddress> signers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      SigningKey key =
          SigningKey.generate(keys, i % 2 == 0 ? Curve.fastest() : Curve.bouncyCastle());
      SettlementDomain domain =
          new SettlementDomain(1 + random.nextLong(1L << 50), address(random));
      Voucher voucher = voucher(random, key.address());
      Hash256 digest = new VoucherDigest(domain).of(voucher);
      digests.add(digest);
      signers.add(key.address());
      questions.append(question(domain, voucher, key.sign(digest))).append('\n');
    }
    List<String> answers = Ethers.run(questions.toString(), "judge");
    assertThat(answers).hasSameSizeAs(digests);
    for (int i = 0; i < answers.size(); i++) {
      JsonNode answer = JSON.readTree(answers.get(i));
      assertThat(answer.get("digest").asText()).isEqualTo(digests.get(i).toString());
      assertThat(answer.get("signer").asText()).isEqualTo(signers.get(i).toString());
    }
  }

  private static Voucher voucher(SplittableRandom random, EvmAddress payer) {
    byte[] amount = new byte[random.nextInt(1, 17)];
    random.nextBytes(amount);
    byte[] root = new byte[Hash256.BYTES];
    random.nextBytes(root);
    return new Voucher(
        new LaneId(payer, address(random), random.nextLong(Long.MAX_VALUE)),
        new Amount(new BigInteger(1, amount)),
        random.nextLong(Long.MAX_VALUE),
        random.nextLong(Long.MAX_VALUE),
        Hash256.of(root));
  }

  private static EvmAddress address(SplittableRandom random) {
    byte[] raw = new byte[EvmAddress.BYTES];
    random.nextBytes(raw);
    return EvmAddress.of(raw);
  }

  private static ObjectNode question(
      SettlementDomain domain, Voucher voucher, Signature signature) {
    ObjectNode question = JSON.createObjectNode();
    question
        .putObject("domain")
        .put("chainId", Long.toString(domain.chainId()))
        .put("verifyingContract", domain.contract().toString());
    question
        .putObject("voucher")
        .put("payer", voucher.lane().payer().toString())
        .put("payee", voucher.lane().payee().toString())
        .put("lane", Long.toString(voucher.lane().lane()))
        .put("amount", voucher.amount().toString())
        .put("bytesServed", Long.toString(voucher.bytesServed()))
        .put("expiry", Long.toString(voucher.expirySeconds()))
        .put("receiptsRoot", voucher.receiptsRoot().toString());
    return question.put("signature", signature.toString());
  }
}
