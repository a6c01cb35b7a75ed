package io.tributary.origin.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.content.AccountId;
import io.tributary.content.FileRecord;
import io.tributary.content.FileState;
import io.tributary.content.Layout;
import io.tributary.content.Placement.Seat;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.Deal;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.storage.DealCodec;
import io.tributary.origin.chain.storage.FileCodec;
import io.tributary.origin.chain.storage.MinerCodec;
import io.tributary.origin.chain.storage.StorageKey;
import io.tributary.origin.dev.chain.DevPallets;
import io.tributary.origin.dev.miner.DevMiner;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.dev.runtime.DirectoryInUseException;
import io.tributary.origin.identity.Sr25519KeyPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole origin on real sockets and a real disk, used by plain clients. */
class OriginLifeTest {
  private static final Sr25519KeyPair ALICE = Accounts.number(1);
  private static final Sr25519KeyPair BOB = Accounts.number(2);

  private final MinerClient client = new MinerClient(Accounts.number(3));
  private DevRuntime runtime;

  @TempDir private Path directory;

  @BeforeEach
  void startThreads() {
    runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
  }

  @AfterEach
  void stopThreads() {
    runtime.close();
  }

  @Test
  void file_isDeclaredStoredReadSharedAndDeleted() throws Exception {
    SampleFile file = SampleFile.of(7, 2, 10);
    try (DevOrigin origin = start(12)) {
      RpcClient rpc = new RpcClient(origin.chainHttpUrl());
      assertThat(submit(origin, rpc, file.declaration(ALICE.account()), ALICE).has("result"))
          .isTrue();
      Deal deal =
          DealCodec.decode(
              file.fid(), rpc.storage(bytes(StorageKey.deal(file.fid()))).orElseThrow());
      assertThat(deal.manifest()).isEqualTo(file.manifest());
      assertThat(rpc.storage(bytes(StorageKey.file(file.fid())))).isEmpty();

      List<AccountId> assigned = origin.chain().deal(file.fid()).orElseThrow().miners();
      assertThat(rpc.storage(DevPallets.assignmentKey(file.fid()))).isPresent();
      for (int column = 0; column < Layout.COLUMNS; column++) {
        upload(origin, file, column, assigned.get(column));
      }

      FileRecord stored = awaitFile(rpc, file);
      assertThat(stored.state()).isEqualTo(FileState.ACTIVE);
      assertThat(rpc.storage(bytes(StorageKey.deal(file.fid())))).isEmpty();
      assertThat(rpc.storage(DevPallets.assignmentKey(file.fid()))).isEmpty();
      for (int segment = 0; segment < 2; segment++) {
        for (int column = 0; column < Layout.COLUMNS; column++) {
          Seat seat = stored.placement().seat(segment, column);
          assertThat(seat).isEqualTo(new Seat(assigned.get(column), true));
          byte[] read =
              client
                  .get(origin.miner(seat.miner()).url(), file.fid(), file.fragment(segment, column))
                  .body();
          assertThat(read)
              .isEqualTo(
                  file.fragment(segment, column).isZero()
                      ? new byte[Layout.FRAGMENT_BYTES]
                      : file.bytes(segment, column));
        }
      }
      assertThat(miner(rpc, assigned.get(0)).space().serviceBytes())
          .isEqualTo(2L * Layout.FRAGMENT_BYTES);

      submit(origin, rpc, file.declaration(BOB.account()), BOB);
      assertThat(file(rpc, file).owners()).hasSize(2);
      submit(origin, rpc, new Call.DeleteFile(ALICE.account(), file.fid()), ALICE);
      assertThat(file(rpc, file).owners())
          .extracting(FileRecord.Owner::account)
          .containsExactly(BOB.account());
      submit(origin, rpc, new Call.DeleteFile(BOB.account(), file.fid()), BOB);
      assertThat(rpc.storage(bytes(StorageKey.file(file.fid())))).isEmpty();
      assertThat(miner(rpc, assigned.get(0)).space().serviceBytes()).isZero();
      Path fragments =
          directory.resolve("miner-00").resolve("fragments").resolve(file.fid().toHex());
      await().atMost(Duration.ofSeconds(20)).until(() -> !Files.exists(fragments));
    }
  }

  @Test
  void originStartedAgain_goesOnWhereItWas() throws Exception {
    SampleFile file = SampleFile.of(8, 1, 6);
    List<AccountId> assigned;
    List<AccountId> accounts;
    try (DevOrigin origin = start(13)) {
      RpcClient rpc = new RpcClient(origin.chainHttpUrl());
      submit(origin, rpc, file.declaration(ALICE.account()), ALICE);
      assigned = origin.chain().deal(file.fid()).orElseThrow().miners();
      accounts = origin.miners().stream().map(DevMiner::account).toList();
      for (int column = 0; column < 5; column++) {
        upload(origin, file, column, assigned.get(column));
      }
    }
    try (DevOrigin origin = start(13)) {
      RpcClient rpc = new RpcClient(origin.chainHttpUrl());
      assertThat(origin.miners()).extracting(DevMiner::account).isEqualTo(accounts);
      for (DevMiner miner : origin.miners()) {
        assertThat(miner(rpc, miner.account()).endpoint()).isEqualTo(miner.url());
      }
      assertThat(origin.chain().deal(file.fid()).orElseThrow().miners()).isEqualTo(assigned);
      assertThat(origin.chain().nonce(ALICE.account())).isEqualTo(1);
      for (int column = 5; column < Layout.COLUMNS; column++) {
        upload(origin, file, column, assigned.get(column));
      }
      assertThat(awaitFile(rpc, file).state()).isEqualTo(FileState.ACTIVE);
    }
  }

  @Test
  void minerNotStartedAgain_isOffline_untilItIs() throws Exception {
    AccountId last;
    try (DevOrigin origin = start(3)) {
      last = origin.miners().get(2).account();
    }
    try (DevOrigin origin = start(2)) {
      assertThat(miner(new RpcClient(origin.chainHttpUrl()), last).state())
          .isEqualTo(Miner.State.OFFLINE);
    }
    try (DevOrigin origin = start(3)) {
      assertThat(miner(new RpcClient(origin.chainHttpUrl()), last).state())
          .isEqualTo(Miner.State.POSITIVE);
    }
  }

  @Test
  void directoryInUse_isRefused_withWords_andLeavesTheOwnerAlone() throws Exception {
    try (DevOrigin origin = start(1)) {
      assertThatThrownBy(() -> start(1))
          .isInstanceOf(DirectoryInUseException.class)
          .hasMessageContaining("in use by another dev chain")
          .hasMessageContaining(directory.toString());
      assertThat(new RpcClient(origin.chainHttpUrl()).call("system_health").has("result")).isTrue();
    }
  }

  @Test
  void portTaken_startsNothing_andLeavesTheDirectoryFree() throws Exception {
    try (DevOrigin origin = start(1)) {
      Path other = directory.resolve("other");
      DevOrigin.Config config =
          new DevOrigin.Config(
              other, 1, 0, origin.miners().get(0).port(), OptionalInt.empty(), DevMiner.TEND_EVERY);
      assertThatThrownBy(() -> DevOrigin.start(runtime, config, new SecureRandom()))
          .isInstanceOf(java.io.IOException.class)
          .hasMessageContaining("cannot listen on");
      DevOrigin.start(runtime, DevOrigin.Config.inDirectory(other), new SecureRandom()).close();
    }
  }

  private DevOrigin start(int miners) throws Exception {
    return DevOrigin.start(
        runtime,
        new DevOrigin.Config(directory, miners, 0, 0, OptionalInt.empty(), Duration.ofMillis(200)),
        new SecureRandom());
  }

  private void upload(DevOrigin origin, SampleFile file, int column, AccountId miner)
      throws Exception {
    String url = origin.miner(miner).url();
    for (int segment = 0; segment < file.manifest().segments().size(); segment++) {
      var fragment = file.fragment(segment, column);
      var answer =
          fragment.isZero()
              ? client.putNothing(url, file.fid(), fragment)
              : client.put(url, file.fid(), fragment, file.bytes(segment, column));
      assertThat(new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo("{\"code\":200,\"msg\":\"ok\",\"data\":null}");
    }
  }

  private static JsonNode submit(DevOrigin origin, RpcClient rpc, Call call, Sr25519KeyPair signer)
      throws Exception {
    JsonNode answer = rpc.submit(call, origin.chain().signingContext(), signer);
    assertThat(answer.has("error")).as("%s", answer).isFalse();
    return answer;
  }

  private static FileRecord awaitFile(RpcClient rpc, SampleFile file) throws Exception {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> rpc.storage(bytes(StorageKey.file(file.fid()))).isPresent());
    return file(rpc, file);
  }

  private static FileRecord file(RpcClient rpc, SampleFile file) throws Exception {
    return FileCodec.decode(
        file.fid(), rpc.storage(bytes(StorageKey.file(file.fid()))).orElseThrow());
  }

  private static Miner miner(RpcClient rpc, AccountId account) throws Exception {
    return MinerCodec.decode(account, rpc.storage(bytes(StorageKey.miner(account))).orElseThrow());
  }

  private static byte[] bytes(StorageKey key) {
    return RpcClient.bytes(key.toHex());
  }
}
