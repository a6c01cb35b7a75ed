package io.tributary.origin.dev.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.AccountId;
import io.tributary.content.Layout;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.FileAnswer;
import io.tributary.origin.chain.Gateway;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.PoolId;
import io.tributary.origin.chain.RpcEndpoint;
import io.tributary.origin.chain.rpc.RpcClient;
import io.tributary.origin.chain.rpc.RpcLimits;
import io.tributary.origin.chain.substrate.ListingLimits;
import io.tributary.origin.chain.substrate.SubstrateChain;
import io.tributary.origin.chain.substrate.SubstrateSubmitter;
import io.tributary.origin.dev.Accounts;
import io.tributary.origin.dev.SampleFile;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.identity.Signer;
import io.tributary.origin.identity.Ss58Address;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client that nodes use on CESS, used on a dev chain. */
class RealClientTest {
  private static final SampleFile FILE = SampleFile.onPaper(1, 3);
  private static final Signer ALICE = Accounts.number(101);

  private final ExecutorService executor = Executors.newFixedThreadPool(2);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private DevRuntime runtime;
  private DevChain chain;
  private DevChainServer server;

  @TempDir private Path directory;

  @BeforeEach
  void start() throws Exception {
    runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
    chain = DevChain.open(directory, Clock.systemUTC());
    for (int i = 0; i < Layout.COLUMNS; i++) {
      chain.registerMiner(Accounts.number(i).account(), "http://127.0.0.1:" + (15000 + i));
    }
    server = DevChainServer.start(runtime, 0, chain);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    chain.close();
    runtime.close();
    timer.shutdownNow();
    executor.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void file_isFollowedFromOrderToDeletion(boolean webSocket) throws Exception {
    Gateway gateway = new Gateway(ALICE.account(), PoolId.of(new byte[38]), "http://gateway");
    chain.registerGateway(gateway);
    String url = webSocket ? server.webSocketUrl() : server.httpUrl();
    try (RpcClient rpc =
        new RpcClient(
            List.of(RpcEndpoint.parse(url)),
            RpcLimits.DEFAULT,
            executor,
            timer,
            Clock.systemUTC(),
            (endpoint, failure, rest) -> {})) {
      SubstrateChain client = new SubstrateChain(rpc, ListingLimits.DEFAULT);
      assertThat(get(client.file(FILE.fid()))).isEqualTo(new FileAnswer.Unknown(FILE.fid()));
      assertThat(get(client.miners()).entries()).isEqualTo(chain.miners()).hasSize(12);
      assertThat(get(client.gateways()).entries()).containsExactly(gateway);
      assertThat(get(client.finalizedHead()).number()).isEqualTo(chain.head().number());

      get(submitter(rpc, ALICE).submit(FILE.declaration(ALICE.account())));
      assertThat(get(client.file(FILE.fid())))
          .isInstanceOfSatisfying(
              FileAnswer.Pending.class,
              pending -> assertThat(pending.deal().manifest()).isEqualTo(FILE.manifest()));
      assertThatThrownBy(() -> get(submitter(rpc, ALICE).submit(FILE.declaration(ALICE.account()))))
          .hasMessageContaining("DEAL_EXISTS");

      List<AccountId> miners = chain.deal(FILE.fid()).orElseThrow().miners();
      for (int column = 0; column < Layout.COLUMNS; column++) {
        Signer miner = signer(miners.get(column));
        get(submitter(rpc, miner).submit(new Call.TransferReport(FILE.fid(), column)));
      }
      assertThat(get(client.file(FILE.fid())))
          .isEqualTo(new FileAnswer.Stored(chain.file(FILE.fid()).orElseThrow()));
      Optional<Miner> first = get(client.miner(miners.get(0)));
      assertThat(first.orElseThrow().space().serviceBytes()).isEqualTo(3L * Layout.FRAGMENT_BYTES);

      get(submitter(rpc, ALICE).submit(new Call.DeleteFile(ALICE.account(), FILE.fid())));
      assertThat(get(client.file(FILE.fid()))).isEqualTo(new FileAnswer.Unknown(FILE.fid()));
    }
  }

  private SubstrateSubmitter submitter(RpcClient rpc, Signer signer) {
    return new SubstrateSubmitter(
        rpc,
        DevPallets.CALLS,
        signer,
        account -> new Ss58Address(Ss58Address.CESS_TESTNET, account).toString(),
        Optional.of(chain.signingContext().genesis()),
        BigInteger.ZERO);
  }

  private static Signer signer(AccountId account) {
    return IntStream.range(0, Layout.COLUMNS)
        .mapToObj(Accounts::number)
        .filter(pair -> pair.account().equals(account))
        .findFirst()
        .orElseThrow();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }
}
