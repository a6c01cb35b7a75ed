package io.tributary.origin.chain.substrate;

import static io.tributary.origin.chain.rpc.ClientFixture.await;
import static io.tributary.origin.chain.rpc.ClientFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.content.AccountId;
import io.tributary.content.FileRecord.Owner;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import io.tributary.origin.chain.ExtrinsicHash;
import io.tributary.origin.chain.RandomRecords;
import io.tributary.origin.chain.extrinsic.CallIndices;
import io.tributary.origin.chain.extrinsic.ExtrinsicCodec;
import io.tributary.origin.chain.extrinsic.SignedExtrinsic;
import io.tributary.origin.chain.extrinsic.SigningContext;
import io.tributary.origin.chain.rpc.ClientFixture;
import io.tributary.origin.chain.rpc.LoopbackNode;
import io.tributary.origin.chain.rpc.Reply;
import io.tributary.origin.chain.rpc.RpcLimits;
import io.tributary.origin.identity.Signer;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubstrateSubmitterTest {
  private static final BigInteger TIP = BigInteger.valueOf(7);

  private final ClientFixture fixture = new ClientFixture();
  private final RandomRecords random = new RandomRecords(6);
  private final AccountId account = random.account();
  private final LoopbackChain chain = new LoopbackChain();
  private final LoopbackNode node = fixture.node(LoopbackNode.http()).answering(chain);
  private final Call call = new Call.TransferReport(random.fid(), 3);

  /** Signs with the message itself, shortened, so that a test can see what was signed. */
  private final Signer signer =
      new Signer() {
        @Override
        public AccountId account() {
          return account;
        }

        @Override
        public byte[] sign(byte[] message) {
          return Arrays.copyOfRange(message, message.length - 64, message.length);
        }
      };

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @Test
  void call_isSignedForThisChainAndSubmitted() {
    ExtrinsicHash hash = await(submitter(node).submit(call));

    byte[] extrinsic = chain.submitted.get(0);
    assertThat(hash).isEqualTo(ExtrinsicCodec.hash(extrinsic));
    SignedExtrinsic read = ExtrinsicCodec.decode(extrinsic, CallIndices.CESS);
    assertThat(read.call()).isEqualTo(call);
    assertThat(read.signer()).isEqualTo(account);
    assertThat(read.nonce()).isEqualTo(40);
    assertThat(read.tip()).isEqualTo(TIP);
    byte[] message = read.message(new SigningContext(133, 1, LoopbackChain.GENESIS));
    assertThat(read.signature()).isEqualTo(signer.sign(message));
    assertThat(node.requests())
        .filteredOn(request -> request.get("method").asText().equals("system_accountNextIndex"))
        .singleElement()
        .satisfies(
            request ->
                assertThat(request.get("params").get(0).asText()).isEqualTo("ss58 " + account));
  }

  @Test
  void calls_submittedAtOnce_takeTheirNoncesInTurn() {
    SubstrateSubmitter submitter = submitter(node);
    List<CompletableFuture<ExtrinsicHash>> hashes =
        IntStream.range(0, 12)
            .mapToObj(column -> submitter.submit(new Call.TransferReport(random.fid(), column)))
            .toList();
    hashes.forEach(ClientFixture::await);
    List<SignedExtrinsic> read =
        chain.submitted.stream()
            .map(extrinsic -> ExtrinsicCodec.decode(extrinsic, CallIndices.CESS))
            .toList();
    for (int i = 0; i < 12; i++) {
      assertThat(read.get(i).nonce()).isEqualTo(40 + i);
      assertThat(((Call.TransferReport) read.get(i).call()).column()).isEqualTo(i);
    }
  }

  @Test
  void call_afterOneThatFailed_isSubmitted() {
    AtomicInteger left = new AtomicInteger(1);
    chain.twist =
        request ->
            isSubmission(request) && left.getAndDecrement() > 0
                ? Optional.of(Reply.error(request, 1010, "Invalid Transaction", "payment"))
                : Optional.empty();
    SubstrateSubmitter submitter = submitter(node);
    CompletableFuture<ExtrinsicHash> refused = submitter.submit(call);
    CompletableFuture<ExtrinsicHash> taken = submitter.submit(call);
    assertThat(failure(refused).reason()).isEqualTo(Reason.REJECTED);
    assertThat(await(taken)).isNotNull();
  }

  @Test
  void node_ofAnotherNetwork_getsNoSignature() {
    chain.genesis = LoopbackChain.HEAD;
    ChainException failure = failure(submitter(node).submit(call));
    assertThat(failure.reason()).isEqualTo(Reason.WRONG_NETWORK);
    assertThat(chain.submitted).isEmpty();
    assertThat(fixture.events()).containsExactly(node.endpoint() + " WRONG_NETWORK 10 s");
  }

  @Test
  void call_withoutAnAnswer_goesUnchangedToTheNextNode() {
    chain.twist = request -> isSubmission(request) ? stallAfterTaking(request) : Optional.empty();
    LoopbackChain other = new LoopbackChain();
    LoopbackNode next = fixture.node(LoopbackNode.http()).answering(other);
    SubstrateSubmitter submitter =
        submitter(RpcLimits.DEFAULT.withCallTimeout(Duration.ofMillis(500)), node, next);

    await(submitter.submit(call));

    assertThat(other.submitted).hasSize(1);
    String sent =
        node.requests().stream()
            .filter(SubstrateSubmitterTest::isSubmission)
            .findFirst()
            .orElseThrow()
            .get("params")
            .get(0)
            .asText();
    assertThat("0x" + HexFormat.of().formatHex(other.submitted.get(0))).isEqualTo(sent);
  }

  @Test
  void call_theNodeHasAlready_isTaken() {
    chain.twist =
        request ->
            isSubmission(request)
                ? Optional.of(Reply.error(request, 1013, "Already imported", ""))
                : Optional.empty();
    assertThat(await(submitter(node).submit(call))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "1010, Transaction is outdated, NONCE_TAKEN",
    "1010, Inability to pay some fees, REJECTED",
    "1010, STALE_NONCE, NONCE_TAKEN",
    "1001, Bad format, REJECTED",
    "1900, NOT_ENOUGH_MINERS, REJECTED",
    "1011, Unknown validity, REJECTED",
    "1012, Banned, POOL_FULL",
    "1014, Priority is too low, NONCE_TAKEN",
    "1015, Cycle, REJECTED",
    "1016, Immediately dropped, POOL_FULL",
    "-32601, Method not found, RPC_ERROR",
  })
  void refusal_ofTheNode_isNamed(int code, String words, Reason reason) {
    chain.twist =
        request ->
            isSubmission(request)
                ? Optional.of(Reply.error(request, code, "Refused", words))
                : Optional.empty();
    ChainException failure = failure(submitter(node).submit(call));
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure.rpcCode()).hasValue(code);
    assertThat(failure.detail()).contains(words);
  }

  @Test
  void hash_otherThanThatOfTheCall_isMalformed() {
    chain.twist =
        request ->
            isSubmission(request)
                ? Optional.of(Reply.result(request, "\"" + LoopbackChain.HEAD.toHex() + "\""))
                : Optional.empty();
    assertThat(failure(submitter(node).submit(call)).reason()).isEqualTo(Reason.MALFORMED_RESPONSE);
  }

  @Test
  void calls_aboveTheLimit_areRefusedAtOnce() {
    chain.twist = request -> Optional.of(new Reply.Stall());
    SubstrateSubmitter submitter = submitter(node);
    for (int i = 0; i < SubstrateSubmitter.MAX_QUEUED; i++) {
      assertThat(submitter.submit(call)).isNotDone();
    }
    assertThat(failure(submitter.submit(call)).reason()).isEqualTo(Reason.OVERLOADED);
  }

  @Test
  void call_thatNoRecordCanHold_isTheCallersMistakeAndHoldsUpNobody() {
    Owner owner = new Owner(account, "n".repeat(257), "home");
    SubstrateSubmitter submitter = submitter(node);
    CompletableFuture<ExtrinsicHash> impossible =
        submitter.submit(new Call.UploadDeclaration(random.manifest(1), owner));
    assertThat(impossible)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withRootCauseInstanceOf(IllegalArgumentException.class);
    assertThat(await(submitter.submit(call))).isNotNull();
  }

  private SubstrateSubmitter submitter(LoopbackNode... nodes) {
    return submitter(RpcLimits.DEFAULT, nodes);
  }

  private SubstrateSubmitter submitter(RpcLimits limits, LoopbackNode... nodes) {
    return new SubstrateSubmitter(
        fixture.client(limits, nodes),
        CallIndices.CESS,
        signer,
        key -> "ss58 " + key,
        Optional.of(LoopbackChain.GENESIS),
        TIP);
  }

  private static Optional<Reply> stallAfterTaking(JsonNode request) {
    assertThat(request.get("params")).hasSize(1);
    return Optional.of(new Reply.Stall());
  }

  private static boolean isSubmission(JsonNode request) {
    return request.get("method").asText().equals("author_submitExtrinsic");
  }
}
