package io.tributary.origin.chain.extrinsic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.content.AccountId;
import io.tributary.content.Manifest;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.ChainVectors;
import io.tributary.origin.chain.RandomRecords;
import io.tributary.origin.identity.Signer;
import io.tributary.origin.identity.Sr25519;
import io.tributary.origin.scale.ScaleException;
import io.tributary.origin.scale.ScaleException.Reason;
import io.tributary.origin.scale.ScaleWriter;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtrinsicCodecTest {
  private static final JsonNode SIGNING = ChainVectors.root().get("signing");
  private static final SigningContext CONTEXT =
      new SigningContext(
          SIGNING.get("specVersion").asLong(),
          SIGNING.get("transactionVersion").asLong(),
          BlockHash.parse(SIGNING.get("genesis").asText()));

  static LongStream seeds() {
    return LongStream.range(0, 30);
  }

  static Call knownCall(String name) {
    return switch (name) {
      case "upload" ->
          new Call.UploadDeclaration(ChainVectors.manifest(), ChainVectors.owners().get(1));
      case "report" -> new Call.TransferReport(ChainVectors.fid(), 11);
      default -> new Call.DeleteFile(ChainVectors.owners().get(0).account(), ChainVectors.fid());
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"upload", "report", "remove"})
  void extrinsic_isWrittenAndReadAsPolkadotDoes(String name) {
    JsonNode vector = SIGNING.at("/extrinsics/" + name);
    AccountId account = ChainVectors.account(SIGNING.get("publicKey"));
    byte[] extrinsic = ChainVectors.bytes(vector.get("extrinsic"));
    long nonce = vector.get("nonce").asLong();
    BigInteger tip = new BigInteger(vector.get("tip").asText());

    // The signature is random by nature, so the known one is handed out, for its message only.
    Signer signer =
        signer(
            account,
            message -> {
              assertThat(message).isEqualTo(ChainVectors.bytes(vector.get("signedMessage")));
              return ChainVectors.bytes(vector.get("signature"));
            });
    Call call = knownCall(name);
    assertThat(ExtrinsicCodec.encodeCall(call, CallIndices.CESS))
        .isEqualTo(ChainVectors.bytes(vector.get("call")));
    assertThat(ExtrinsicCodec.sign(call, CallIndices.CESS, nonce, tip, CONTEXT, signer))
        .isEqualTo(extrinsic);
    assertThat(ExtrinsicCodec.hash(extrinsic).toHex()).isEqualTo(vector.get("hash").asText());

    SignedExtrinsic read = ExtrinsicCodec.decode(extrinsic, CallIndices.CESS);
    assertThat(read.signer()).isEqualTo(account);
    assertThat(read.signature()).isEqualTo(ChainVectors.bytes(vector.get("signature")));
    assertThat(read.nonce()).isEqualTo(nonce);
    assertThat(read.tip()).isEqualTo(tip);
    assertThat(read.call()).isEqualTo(call);
    assertThat(read.message(CONTEXT)).isEqualTo(ChainVectors.bytes(vector.get("signedMessage")));
    assertThat(Sr25519.verify(account, read.message(CONTEXT), read.signature())).isTrue();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void extrinsic_signedAndRead_isTheSame(long seed) {
    RandomRecords random = new RandomRecords(seed);
    Manifest manifest = random.manifest(3);
    AccountId account = random.account();
    CallIndices indices = new CallIndices(7, 8, 9, 10);
    Stream.of(
            new Call.UploadDeclaration(manifest, random.owner()),
            new Call.TransferReport(random.fid(), (int) (seed % 12)),
            new Call.DeleteFile(account, random.fid()))
        .forEach(
            call -> {
              byte[] extrinsic =
                  ExtrinsicCodec.sign(
                      call,
                      indices,
                      seed << 20,
                      BigInteger.TWO.pow((int) seed * 4),
                      CONTEXT,
                      signer(account, message -> new byte[64]));
              assertThat(ExtrinsicCodec.decode(extrinsic, indices).call()).isEqualTo(call);
              assertEveryCutIsRefused(extrinsic, indices, seed);
            });
  }

  @Test
  void extrinsic_withoutASignature_isRefused() {
    assertRefused(Reason.BAD_ENUM, new ScaleWriter().bytes(new byte[] {4, 1, 2}).toBytes());
  }

  @Test
  void extrinsic_withOneByteChangedInItsEnvelope_isRefused() {
    byte[] extrinsic = ChainVectors.bytes(SIGNING.at("/extrinsics/report/extrinsic"));
    // version, address kind, signature kind, era, pallet, call, column
    for (int at : new int[] {2, 3, 36, 101, 105, 106, 107}) {
      byte[] changed = extrinsic.clone();
      changed[at] ^= 0x10;
      assertRefused(Reason.BAD_ENUM, changed);
    }
  }

  @Test
  void extrinsic_followedByMore_isRefused() {
    byte[] extrinsic = ChainVectors.bytes(SIGNING.at("/extrinsics/report/extrinsic"));
    assertRefused(Reason.TRAILING_BYTES, Arrays.copyOf(extrinsic, extrinsic.length + 1));
  }

  @Test
  void extrinsic_largerThanAllowed_isRefused() {
    byte[] large = new byte[ExtrinsicCodec.MAX_EXTRINSIC_BYTES + 1];
    assertRefused(Reason.OVERSIZED, new ScaleWriter().bytes(large).toBytes());
  }

  @Test
  void signature_ofAnotherLength_isNotSent() {
    Signer broken = signer(ChainVectors.account(SIGNING.get("publicKey")), message -> new byte[65]);
    assertThatThrownBy(
            () ->
                ExtrinsicCodec.sign(
                    knownCall("report"), CallIndices.CESS, 0, BigInteger.ZERO, CONTEXT, broken))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void indices_thatClashOrDoNotFit_areRefused() {
    assertThatThrownBy(() -> new CallIndices(104, 0, 0, 6))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CallIndices(256, 0, 3, 6))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private interface Signing {
    byte[] sign(byte[] message);
  }

  private static Signer signer(AccountId account, Signing signing) {
    return new Signer() {
      @Override
      public AccountId account() {
        return account;
      }

      @Override
      public byte[] sign(byte[] message) {
        return signing.sign(message);
      }
    };
  }

  private static void assertEveryCutIsRefused(byte[] extrinsic, CallIndices indices, long seed) {
    for (int length = 0; length < extrinsic.length; length++) {
      byte[] cut = Arrays.copyOf(extrinsic, length);
      assertThatThrownBy(() -> ExtrinsicCodec.decode(cut, indices))
          .describedAs("seed %d cut to %d of %d bytes", seed, length, extrinsic.length)
          .isInstanceOf(ScaleException.class);
    }
    // The same with a length that agrees with the cut.
    byte[] body = Arrays.copyOfRange(extrinsic, 2, extrinsic.length);
    for (int length = 0; length < body.length; length++) {
      byte[] cut = new ScaleWriter().bytes(Arrays.copyOf(body, length)).toBytes();
      assertThatThrownBy(() -> ExtrinsicCodec.decode(cut, indices))
          .describedAs("seed %d cut to %d of %d bytes", seed, length, body.length)
          .isInstanceOf(ScaleException.class);
    }
  }

  private static void assertRefused(Reason reason, byte[] extrinsic) {
    assertThatThrownBy(() -> ExtrinsicCodec.decode(extrinsic, CallIndices.CESS))
        .isInstanceOfSatisfying(
            ScaleException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
