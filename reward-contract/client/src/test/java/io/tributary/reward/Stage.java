package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.dev.AnvilProcess;
import io.tributary.reward.dev.DevSettlement;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A chain with the contract, a payer with escrow, and payees with books. */
final class Stage implements AutoCloseable {
  static final BigInteger COIN = BigInteger.TEN.pow(18);
  static final int FINALITY_DEPTH = 3;

  /** Small, since a segment is written whole when it is made, and a hundred payees have books. */
  private static final int SEGMENT_BYTES = 1 << 20;

  static final long FAR_SECONDS = 4_000_000_000L;
  static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  /** Where npm's anvil is, or is put. */
  static final Path TOOLS =
      Files.isDirectory(Path.of("../node_modules/@foundry-rs/anvil-linux-amd64"))
          ? Path.of("..")
          : Path.of("target", "anvil");

  static final BigInteger GIVEN_WEI = COIN.multiply(BigInteger.valueOf(100));

  final AnvilProcess anvil;
  final Chain chain;
  final SigningKey payerKey = key(1);
  final DevSettlement settlement;
  final SettlementContract payer;
  final SettlementDomain domain;
  final long firstBlock;
  private final ExecutorService disk = Executors.newSingleThreadExecutor();
  private final Deque<Runnable> open = new ArrayDeque<>();

  private Stage(AnvilProcess anvil, Amount escrow) throws Exception {
    this.anvil = anvil;
    open.push(anvil::close);
    settlement = DevSettlement.deploy(anvil, key(1), ContractTerms.defaults(), FINALITY_DEPTH);
    open.push(settlement::close);
    payer = settlement.contract();
    chain = payer.chain();
    domain = payer.domain();
    firstBlock = settlement.deployment().firstBlock();
    settlement.fillEscrow(payerKey.address(), escrow);
  }

  static Stage of(Amount escrow) throws Exception {
    AnvilProcess anvil = AnvilProcess.start(TOOLS, AnvilProcess.Options.defaults());
    try {
      return new Stage(anvil, escrow);
    } catch (Exception e) {
      anvil.close();
      throw e;
    }
  }

  static Amount coins(long coins) {
    return new Amount(COIN.multiply(BigInteger.valueOf(coins)));
  }

  /** A key that anybody can compute; no money will ever be sent to it. */
  static SigningKey key(int number) {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 1);
    secret[30] = (byte) (number >> 8);
    secret[31] = (byte) number;
    return SigningKey.of(secret, Curve.fastest());
  }

  Chain connect(ChainOptions options) throws ChainException {
    Chain connected = Chain.connect(options);
    open.push(connected::close);
    return connected;
  }

  SettlementContract contractOf(Chain through, SigningKey key) throws Exception {
    anvil.setCoins(key.address(), GIVEN_WEI);
    return SettlementContract.at(through, domain, key);
  }

  Ledger books(Path directory) throws JournalException {
    return Ledger.open(
        directory,
        domain,
        new JournalOptions(SEGMENT_BYTES, 1 << 10, 1 << 20, 1, 1),
        InstantSource.system(),
        disk);
  }

  SignedVoucher voucher(EvmAddress payee, long lane, Amount amount, SigningKey signer) {
    Voucher voucher =
        new Voucher(
            new LaneId(payerKey.address(), payee, lane),
            amount,
            1 << 20,
            FAR_SECONDS,
            Hash256.ZERO);
    return new SignedVoucher(voucher, signer.sign(new VoucherDigest(domain).of(voucher)));
  }

  static void receive(Ledger ledger, SignedVoucher voucher) {
    CompletableFuture<Long> durable = new CompletableFuture<>();
    ledger.record(
        new VoucherIn(voucher),
        new DurableListener() {
          @Override
          public void onDurable(long sequence) {
            durable.complete(sequence);
          }

          @Override
          public void onFailed(JournalException cause) {
            durable.completeExceptionally(cause);
          }
        });
    durable.join();
  }

  Redeemer redeemer(Ledger ledger, SettlementContract contract) {
    return redeemer(ledger, contract, view(contract));
  }

  static Redeemer redeemer(Ledger ledger, SettlementContract contract, FinalEscrowView view) {
    return new Redeemer(
        ledger,
        contract,
        view,
        RedeemPolicy.defaults(),
        Duration.ofMinutes(10),
        InstantSource.fixed(NOW));
  }

  /** A view that knows nothing yet. */
  FinalEscrowView view(SettlementContract contract) {
    return new FinalEscrowView(
        contract, firstBlock, EscrowViewOptions.defaults(), InstantSource.fixed(NOW));
  }

  ChainOptions optionsThrough(URI... endpoints) {
    ChainOptions own = DevSettlement.options(anvil, FINALITY_DEPTH);
    return new ChainOptions(
        List.of(endpoints),
        own.requestTimeout(),
        own.finalityDepth(),
        own.feeCeilingWei(),
        own.tipWei(),
        own.pollInterval(),
        own.mineTimeout());
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      open.pop().run();
    }
    disk.shutdown();
  }
}
