package io.tributary.origin.dev.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.Layout;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.chain.Gateway;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.PoolId;
import io.tributary.origin.chain.storage.GatewayCodec;
import io.tributary.origin.chain.storage.MinerCodec;
import io.tributary.origin.chain.storage.StorageKey;
import io.tributary.origin.dev.Accounts;
import io.tributary.origin.dev.SampleFile;
import io.tributary.origin.dev.runtime.DirectoryInUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks, their states and what survives a restart. */
class DevChainStateTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-05-04T12:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path directory;

  @Test
  void newChain_hasItsFirstBlock() throws Exception {
    try (DevChain chain = DevChain.open(directory, NOON)) {
      Header genesis = chain.head();
      assertThat(genesis.number()).isZero();
      assertThat(chain.signingContext().genesis()).isEqualTo(genesis.hash());
      assertThat(chain.header(genesis.hash())).contains(genesis);
      assertThat(chain.header(0)).contains(genesis);
      assertThat(chain.header(1)).isEmpty();
      assertThat(Header.decode(genesis.encode())).isEqualTo(genesis);
    }
  }

  @Test
  void chainsOfDifferentTimes_haveDifferentFirstBlocks() throws Exception {
    try (DevChain one = DevChain.open(directory.resolve("1"), NOON);
        DevChain two =
            DevChain.open(
                directory.resolve("2"), Clock.offset(NOON, java.time.Duration.ofMillis(1)))) {
      assertThat(one.head().hash()).isNotEqualTo(two.head().hash());
    }
  }

  @Test
  void blocks_areLinked_andCarryNumberAndTime() throws Exception {
    try (DevChain chain = DevChain.open(directory, NOON)) {
      register(chain, 3);
      assertThat(chain.head().number()).isEqualTo(3);
      for (long number = 1; number <= 3; number++) {
        Header header = chain.header(number).orElseThrow();
        assertThat(header.parent()).isEqualTo(chain.header(number - 1).orElseThrow().hash());
      }
      assertThat(chain.storage(DevPallets.numberKey())).contains(new byte[] {3, 0, 0, 0});
      assertThat(littleEndian(chain.storage(DevPallets.nowKey()).orElseThrow()))
          .isEqualTo(NOON.millis());
    }
  }

  @Test
  void stateAfterEachRecentBlock_isKnown_andOfOlderBlocksDiscarded() throws Exception {
    AccountId account = Accounts.number(1).account();
    byte[] key = ChainRecords.bytes(StorageKey.miner(account));
    Map<BlockHash, String> endpoints = new HashMap<>();
    try (DevChain chain = DevChain.open(directory, NOON)) {
      BlockHash genesis = chain.head().hash();
      int blocks = DevChain.HISTORY_BLOCKS + 5;
      for (int i = 1; i <= blocks; i++) {
        chain.registerMiner(account, "http://127.0.0.1:" + i);
        endpoints.put(chain.head().hash(), "http://127.0.0.1:" + i);
        if (i == 3) {
          assertThat(chain.storage(key, genesis)).isEmpty();
        }
      }
      for (int number = blocks - DevChain.HISTORY_BLOCKS; number <= blocks; number++) {
        BlockHash at = chain.header(number).orElseThrow().hash();
        byte[] scale = chain.storage(key, at).orElseThrow();
        assertThat(MinerCodec.decode(account, scale).endpoint()).isEqualTo(endpoints.get(at));
      }
      BlockHash old = chain.header(blocks - DevChain.HISTORY_BLOCKS - 1).orElseThrow().hash();
      assertUnknown(chain, key, old, UnknownBlockException.Reason.STATE_DISCARDED);
      BlockHash never = new BlockHash(Digest.of(new byte[32]));
      assertUnknown(chain, key, never, UnknownBlockException.Reason.UNKNOWN_BLOCK);
    }
  }

  @Test
  void keys_areListedInOrder_byPage_afterEachRecentBlock() throws Exception {
    try (DevChain chain = DevChain.open(directory, NOON)) {
      register(chain, 9);
      byte[] prefix = prefixOfMiners();
      BlockHash afterFive = chain.header(5).orElseThrow().hash();
      assertThat(pages(chain, prefix, 2, Optional.empty())).containsExactlyElementsOf(sorted(9));
      assertThat(pages(chain, prefix, 3, Optional.of(afterFive)))
          .containsExactlyElementsOf(sorted(5));
      assertThat(chain.keys(prefix, new byte[0], 1, Optional.empty()).get(0)).startsWith(prefix);
      assertThat(chain.keys(new byte[] {1, 2, 3}, new byte[0], 10, Optional.empty())).isEmpty();
    }
  }

  @Test
  void removedKey_isStillListedAfterTheBlocksThatHadIt() throws Exception {
    Path file = directory.resolve("store.mv");
    try (ChainStore store = ChainStore.open(file)) {
      byte[] a = {1, 1};
      byte[] b = {1, 2};
      byte[] c = {1, 3};
      commit(store, 0, Map.of(a, Optional.of(new byte[] {9}), b, Optional.of(new byte[] {8})));
      commit(store, 1, Map.of(a, Optional.empty(), c, Optional.of(new byte[] {7})));
      commit(store, 2, Map.of(a, Optional.of(new byte[] {6}), b, Optional.empty()));
      byte[] prefix = {1};
      byte[] all = {};
      assertThat(store.keys(prefix, all, 9, 0)).containsExactly(a, b);
      assertThat(store.keys(prefix, all, 9, 1)).containsExactly(b, c);
      assertThat(store.keys(prefix, all, 9, 2)).containsExactly(a, c);
      assertThat(store.keys(prefix, a, 1, 0)).containsExactly(b);
      assertThat(store.get(a, 0)).contains(new byte[] {9});
      assertThat(store.get(a, 1)).isEmpty();
      assertThat(store.get(a, 2)).contains(new byte[] {6});
      assertThat(store.get(b, 1)).contains(new byte[] {8});
    }
  }

  @Test
  void chainOpenedAgain_isTheSame() throws Exception {
    Header head;
    List<Miner> miners;
    byte[] key = prefixOfMiners();
    try (DevChain chain = DevChain.open(directory, NOON)) {
      register(chain, 12);
      head = chain.head();
      miners = chain.miners();
    }
    try (DevChain chain = DevChain.open(directory, Clock.systemUTC())) {
      assertThat(chain.head()).isEqualTo(head);
      assertThat(chain.miners()).isEqualTo(miners).hasSize(12);
      BlockHash five = chain.header(5).orElseThrow().hash();
      assertThat(chain.keys(key, new byte[0], 100, Optional.of(five))).hasSize(5);
    }
  }

  @Test
  void chainInUse_isRefused_withWords() throws Exception {
    DevChain owner = DevChain.open(directory, NOON);
    assertThatThrownBy(() -> DevChain.open(directory, NOON))
        .isInstanceOf(DirectoryInUseException.class)
        .hasMessageContaining("stop that one or choose another directory");
    owner.close();
    DevChain.open(directory, NOON).close();
  }

  @Test
  void damagedFile_isRefused_withWords_andTheDirectoryStaysFree() throws Exception {
    Files.createDirectories(directory);
    Files.write(directory.resolve("chain.mv"), new byte[9000]);
    assertThatThrownBy(() -> DevChain.open(directory, NOON))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("delete it to start a new chain");
    Files.delete(directory.resolve("chain.mv"));
    DevChain.open(directory, NOON).close();
  }

  @Test
  void registrationThatChangesNothing_makesNoBlock() throws Exception {
    AccountId account = Accounts.number(1).account();
    try (DevChain chain = DevChain.open(directory, NOON)) {
      chain.registerMiner(account, "http://127.0.0.1:1");
      chain.registerMiner(account, "http://127.0.0.1:1");
      chain.setMinerState(account, Miner.State.POSITIVE);
      assertThat(chain.head().number()).isEqualTo(1);
      chain.setMinerState(account, Miner.State.OFFLINE);
      chain.registerMiner(account, "http://127.0.0.1:2");
      assertThat(chain.miners().get(0).state()).isEqualTo(Miner.State.OFFLINE);
      assertThat(chain.miners().get(0).endpoint()).isEqualTo("http://127.0.0.1:2");
      assertThatThrownBy(() -> chain.setMinerState(Accounts.number(2).account(), Miner.State.EXIT))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void gateway_isStoredAsOnCess() throws Exception {
    Gateway gateway =
        new Gateway(
            Accounts.number(1).account(), PoolId.of(new byte[PoolId.BYTES]), "http://127.0.0.1:1");
    try (DevChain chain = DevChain.open(directory, NOON)) {
      chain.registerGateway(gateway);
      byte[] scale =
          chain.storage(ChainRecords.bytes(StorageKey.gateway(gateway.account()))).orElseThrow();
      assertThat(GatewayCodec.decode(gateway.account(), scale)).isEqualTo(gateway);
    }
  }

  @Test
  void files_spreadEvenlyOverMiners() {
    List<AccountId> miners =
        IntStream.range(0, 40).mapToObj(i -> Accounts.number(i).account()).toList();
    Map<AccountId, Integer> columns = new HashMap<>();
    int files = 1000;
    for (int i = 0; i < files; i++) {
      var fid = SampleFile.onPaper(i, 1).fid();
      List<AccountId> chosen = MinerRanking.of(fid, miners).first().orElseThrow();
      assertThat(chosen).hasSize(Layout.COLUMNS).doesNotHaveDuplicates();
      chosen.forEach(miner -> columns.merge(miner, 1, Integer::sum));
    }
    int fair = files * Layout.COLUMNS / miners.size();
    assertThat(columns).hasSize(40);
    assertThat(columns.values()).allMatch(count -> count > fair * 0.75 && count < fair * 1.25);
  }

  private static void register(DevChain chain, int miners) throws IOException {
    for (int i = 0; i < miners; i++) {
      chain.registerMiner(Accounts.number(i).account(), "http://127.0.0.1:" + (15000 + i));
    }
  }

  private static List<byte[]> sorted(int miners) {
    return IntStream.range(0, miners)
        .mapToObj(i -> ChainRecords.bytes(StorageKey.miner(Accounts.number(i).account())))
        .sorted(Arrays::compareUnsigned)
        .toList();
  }

  private static List<byte[]> pages(
      DevChain chain, byte[] prefix, int count, Optional<BlockHash> at) throws Exception {
    List<byte[]> all = new java.util.ArrayList<>();
    byte[] after = {};
    while (true) {
      List<byte[]> page = chain.keys(prefix, after, count, at);
      all.addAll(page);
      if (page.size() < count) {
        return all;
      }
      after = page.get(page.size() - 1);
    }
  }

  private static byte[] prefixOfMiners() {
    return ChainRecords.bytes(io.tributary.origin.chain.storage.StorageMap.MINERS);
  }

  private static void commit(ChainStore store, long number, Map<byte[], Optional<byte[]>> changes)
      throws IOException {
    Digest nothing = Digest.of(new byte[32]);
    store.commit(new Header(new BlockHash(nothing), number, nothing, nothing), changes);
  }

  private static long littleEndian(byte[] bytes) {
    return java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static void assertUnknown(
      DevChain chain, byte[] key, BlockHash at, UnknownBlockException.Reason reason) {
    assertThatThrownBy(() -> chain.storage(key, at))
        .isInstanceOfSatisfying(
            UnknownBlockException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    assertThatThrownBy(() -> chain.keys(key, new byte[0], 1, Optional.of(at)))
        .isInstanceOf(UnknownBlockException.class);
  }
}
