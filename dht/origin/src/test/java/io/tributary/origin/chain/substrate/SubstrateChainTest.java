package io.tributary.origin.chain.substrate;

import static io.tributary.origin.chain.rpc.ClientFixture.await;
import static io.tributary.origin.chain.rpc.ClientFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import io.tributary.origin.chain.Deal;
import io.tributary.origin.chain.FileAnswer;
import io.tributary.origin.chain.Gateway;
import io.tributary.origin.chain.Head;
import io.tributary.origin.chain.Listing;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.RandomRecords;
import io.tributary.origin.chain.rpc.ClientFixture;
import io.tributary.origin.chain.rpc.LoopbackNode;
import io.tributary.origin.chain.rpc.Reply;
import io.tributary.origin.chain.rpc.RpcLimits;
import io.tributary.origin.chain.storage.DealCodec;
import io.tributary.origin.chain.storage.FileCodec;
import io.tributary.origin.chain.storage.GatewayCodec;
import io.tributary.origin.chain.storage.MinerCodec;
import io.tributary.origin.chain.storage.StorageKey;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubstrateChainTest {
  private static final ListingLimits PAGES_OF_4 = new ListingLimits(4, 100, 3);

  private final ClientFixture fixture = new ClientFixture();
  private final RandomRecords random = new RandomRecords(5);
  private final LoopbackChain chain = new LoopbackChain();
  private final LoopbackNode node = fixture.node(LoopbackNode.http()).answering(chain);
  private final SubstrateChain client =
      new SubstrateChain(fixture.client(RpcLimits.DEFAULT, node), PAGES_OF_4);

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @Test
  void file_stored_isReadAtTheFinalizedHead() {
    FileRecord file = random.file();
    Fid fid = file.manifest().fid();
    chain.put(StorageKey.file(fid), FileCodec.encode(file, 9));
    // A deal left over must not hide the file.
    chain.put(StorageKey.deal(fid), DealCodec.encode(random.deal()));

    assertThat(await(client.file(fid))).isEqualTo(new FileAnswer.Stored(file));
    assertThat(node.requests())
        .extracting(request -> request.get("method").asText())
        .containsExactly("chain_getFinalizedHead", "state_getStorage");
    assertThat(node.requests().get(1).get("params").get(1).asText())
        .isEqualTo(LoopbackChain.HEAD.toHex());
  }

  @Test
  void file_onOrder_isPending() {
    Deal deal = random.deal();
    Fid fid = deal.manifest().fid();
    chain.put(StorageKey.deal(fid), DealCodec.encode(deal));
    assertThat(await(client.file(fid))).isEqualTo(new FileAnswer.Pending(deal));
  }

  @Test
  void file_neitherStoredNorOnOrder_isUnknown() {
    Fid fid = random.fid();
    assertThat(await(client.file(fid))).isEqualTo(new FileAnswer.Unknown(fid));
  }

  @Test
  void file_overWebSocket_isTheSame() {
    FileRecord file = random.file();
    Fid fid = file.manifest().fid();
    chain.put(StorageKey.file(fid), FileCodec.encode(file, 9));
    LoopbackNode webSocket = fixture.node(LoopbackNode.webSocket()).answering(chain);
    SubstrateChain other =
        new SubstrateChain(fixture.client(RpcLimits.DEFAULT, webSocket), PAGES_OF_4);
    assertThat(await(other.file(fid))).isEqualTo(new FileAnswer.Stored(file));
  }

  @Test
  void file_whoseRecordIsBroken_isReadFromAnotherNodeWithoutBlame() {
    FileRecord file = random.file();
    Fid fid = file.manifest().fid();
    byte[] record = FileCodec.encode(file, 9);
    LoopbackChain lying = new LoopbackChain().put(StorageKey.file(fid), Arrays.copyOf(record, 99));
    LoopbackNode liar = fixture.node(LoopbackNode.http()).answering(lying);
    chain.put(StorageKey.file(fid), record);
    SubstrateChain both =
        new SubstrateChain(fixture.client(RpcLimits.DEFAULT, liar, node), PAGES_OF_4);

    assertThat(await(both.file(fid))).isEqualTo(new FileAnswer.Stored(file));
    assertThat(fixture.events()).containsExactly(liar.endpoint() + " MALFORMED_RECORD 0 s");
  }

  @Test
  void file_whoseRecordIsBrokenEverywhere_isNamed() {
    Fid fid = random.fid();
    chain.put(StorageKey.file(fid), new byte[] {4});
    ChainException failure = failure(client.file(fid));
    assertThat(failure.reason()).isEqualTo(Reason.MALFORMED_RECORD);
    assertThat(failure.reason().retryable()).isFalse();
    assertThat(failure)
        .hasMessageContaining("look up file " + fid)
        .hasMessageContaining("TRUNCATED")
        .hasMessageContaining(node.endpoint().toString());
  }

  @Test
  void answers_thatAreNotWhatTheMethodReturns_areMalformed() {
    List<String> odd =
        List.of(
            "7",
            "{}",
            "[]",
            "\"\"",
            "\"0x0\"",
            "\"0xzz\"",
            "\"0x1234\"",
            "\"1a2b\"",
            "true",
            "1e400");
    for (String json : odd) {
      chain.twist = request -> Optional.of(Reply.result(request, json));
      Stream.of(client.file(random.fid()), client.finalizedHead(), client.miners())
          .forEach(
              answer ->
                  assertThat(failure(answer).reason())
                      .describedAs(json)
                      .isEqualTo(Reason.MALFORMED_RESPONSE));
    }
  }

  @Test
  void head_isReadWithItsNumber() {
    assertThat(await(client.finalizedHead())).isEqualTo(new Head(LoopbackChain.HEAD, 0x1a2b));
  }

  @Test
  void miner_isReadOrAbsent() {
    Miner miner = random.miner();
    chain.put(StorageKey.miner(miner.account()), MinerCodec.encode(miner));
    assertThat(await(client.miner(miner.account()))).contains(miner);
    assertThat(await(client.miner(random.account()))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 5, 8, 23})
  void miners_onAnyNumberOfPages_areAllRead(int count) {
    List<Miner> miners = miners(count);
    Listing<Miner> listing = await(client.miners());
    assertThat(listing.entries()).isEqualTo(miners);
    assertThat(listing.unreadable()).isEmpty();
    assertThat(listing.at()).isEqualTo(LoopbackChain.HEAD);

    chain.answersForAPage = false;
    assertThat(await(client.miners())).isEqualTo(listing);
  }

  @Test
  void miners_oneOfWhichIsBroken_areReadWithoutIt() {
    List<Miner> miners = miners(6);
    AccountId broken = miners.get(2).account();
    chain.put(StorageKey.miner(broken), new byte[10]);
    Listing<Miner> listing = await(client.miners());
    assertThat(listing.entries()).hasSize(5).doesNotContain(miners.get(2));
    assertThat(listing.unreadable()).containsExactly(broken);
  }

  @Test
  void miners_moreThanAllowed_areRefused() {
    miners(101);
    ChainException failure = failure(client.miners());
    assertThat(failure.reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(failure).hasMessageContaining("maxEntries, which is 100");
  }

  @Test
  void miners_ofANodeThatRepeatsItsFirstPage_areRefused() {
    miners(9);
    String first = String.join("\",\"", chain.records.keySet().stream().limit(4).toList());
    chain.twist =
        request ->
            is(request, "state_getKeysPaged")
                ? Optional.of(Reply.result(request, "[\"" + first + "\"]"))
                : Optional.empty();
    assertThat(failure(client.miners()).reason()).isEqualTo(Reason.MALFORMED_RESPONSE);
  }

  @Test
  void miners_withAKeyOfAnotherMap_areRefused() {
    String key = StorageKey.gateway(random.account()).toHex();
    chain.twist =
        request ->
            is(request, "state_getKeysPaged")
                ? Optional.of(Reply.result(request, "[\"" + key + "\"]"))
                : Optional.empty();
    assertThat(failure(client.miners()).detail()).contains("the next key of MINERS");
  }

  @Test
  void miners_withAKeyWithoutAValue_areRefused() {
    miners(3);
    chain.twist =
        request ->
            is(request, "state_queryStorageAt")
                ? Optional.of(Reply.result(request, "[{\"changes\":[]}]"))
                : Optional.empty();
    assertThat(failure(client.miners()).detail()).contains("has no value");
  }

  @Test
  void miners_ofANodeThatFailsForAPage_areNotReadOneByOne() {
    miners(3);
    chain.twist =
        request ->
            is(request, "state_queryStorageAt")
                ? Optional.of(Reply.error(request, -32000, "busy", ""))
                : Optional.empty();
    assertThat(failure(client.miners()).rpcCode()).hasValue(-32000);
  }

  @Test
  void gateways_areRead() {
    List<Gateway> gateways =
        Stream.generate(random::gateway)
            .limit(5)
            .sorted(Comparator.comparing(gateway -> StorageKey.gateway(gateway.account()).toHex()))
            .toList();
    gateways.forEach(
        gateway -> chain.put(StorageKey.gateway(gateway.account()), GatewayCodec.encode(gateway)));
    miners(2);
    assertThat(await(client.gateways()).entries()).isEqualTo(gateways);
  }

  @Test
  void limits_outOfRange_areRefused() {
    assertThatThrownBy(() -> new ListingLimits(1001, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ListingLimits(1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Registers miners and returns them in the order of their keys. */
  private List<Miner> miners(int count) {
    List<Miner> miners =
        Stream.generate(random::miner)
            .limit(count)
            .sorted(Comparator.comparing(miner -> StorageKey.miner(miner.account()).toHex()))
            .toList();
    miners.forEach(miner -> chain.put(StorageKey.miner(miner.account()), MinerCodec.encode(miner)));
    return miners;
  }

  private static boolean is(JsonNode request, String method) {
    return request.get("method").asText().equals(method);
  }
}
