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
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
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

  final Anvil anvil;
  final Chain chain;
  final SigningKey payerKey = key(1);
  final SettlementContract payer;
  final SettlementDomain domain;
  final long firstBlock;
  private final ExecutorService disk = Executors.newSingleThreadExecutor();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  private Stage(Anvil anvil, Amount escrow) throws Exception {
    this.anvil = anvil;
    open.push(anvil);
    chain = connect(anvil.options(FINALITY_DEPTH));
    anvil.giveCoins(payerKey.address());
    EvmAddress token = SettlementContract.deployDevToken(chain, payerKey);
    firstBlock = chain.head().number();
    payer = SettlementContract.deploy(chain, payerKey, token, ContractTerms.defaults());
    domain = payer.domain();
    payer.mintDevTokens(escrow);
    payer.deposit(escrow);
  }

  static Stage of(Amount escrow) throws Exception {
    Anvil anvil = Anvil.start();
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
    open.push(connected);
    return connected;
  }

  SettlementContract contractOf(Chain through, SigningKey key) throws Exception {
    anvil.giveCoins(key.address());
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

  static Redeemer redeemer(Ledger ledger, SettlementContract contract) {
    return new Redeemer(
        ledger,
        contract,
        RedeemPolicy.defaults(),
        lane -> false,
        Duration.ofMinutes(10),
        InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000)));
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    disk.shutdown();
  }
}
