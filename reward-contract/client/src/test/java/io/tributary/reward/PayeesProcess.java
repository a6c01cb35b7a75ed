package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.book.LaneBook;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.credit.PayerExposure;
import io.tributary.ledger.credit.ServingLane;
import io.tributary.ledger.credit.Verdict;
import io.tributary.ledger.signature.Curve;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A hundred payees in a process of their own, to be killed: serve a payer, keep its vouchers in
 * their books and redeem them, each from its own account.
 */
final class PayeesProcess {
  private final Chain chain;
  private final FinalEscrowView view;
  private final VoucherDigest digest;
  private final PayerExposure exposure = new PayerExposure(1L << 40);
  private final List<Ledger> ledgers = new ArrayList<>();
  private final List<Redeemer> redeemers = new ArrayList<>();

  private PayeesProcess(
      Path books, URI rpc, SettlementDomain domain, long firstBlock, int finalityDepth)
      throws Exception {
    chain =
        Chain.of(
            new ChainOptions(
                List.of(rpc),
                Duration.ofSeconds(20),
                finalityDepth,
                BigInteger.valueOf(100_000_000_000L),
                BigInteger.valueOf(1_000_000_000L),
                Duration.ofMillis(10),
                Duration.ofSeconds(60)),
            domain.chainId());
    digest = new VoucherDigest(domain);
    view =
        new FinalEscrowView(
            SettlementContract.unchecked(chain, domain, Traffic.payee(0)),
            firstBlock,
            EscrowViewOptions.defaults(),
            InstantSource.system());
    // Each batch that is worth its gas goes out at once: many small redemptions of each lane.
    RedeemPolicy eager = new RedeemPolicy(1, Duration.ZERO, BigDecimal.valueOf(1_000), 50);
    ExecutorService disk = Executors.newSingleThreadExecutor();
    for (int i = 0; i < Traffic.PAYEES; i++) {
      Ledger ledger =
          Ledger.open(
              books.resolve("payee" + i), domain, Traffic.JOURNAL, InstantSource.system(), disk);
      ledgers.add(ledger);
      redeemers.add(
          new Redeemer(
              ledger,
              SettlementContract.unchecked(chain, domain, Traffic.payee(i)),
              view,
              eager,
              Duration.ofMinutes(10),
              InstantSource.system()));
    }
  }

  /** Arguments: the books, endpoint, chain id, contract, its first block, finality depth, port. */
  public static void main(String[] args) throws Exception {
    PayeesProcess payees =
        new PayeesProcess(
            Path.of(args[0]),
            URI.create(args[1]),
            new SettlementDomain(Long.parseLong(args[2]), EvmAddress.parse(args[3])),
            Long.parseLong(args[4]),
            Integer.parseInt(args[5]));
    Thread settling = new Thread(payees::settle, "settling");
    settling.setDaemon(true);
    settling.start();
    try (ServerSocket server =
        new ServerSocket(Integer.parseInt(args[6]), 1, InetAddress.getLoopbackAddress())) {
      while (true) {
        try (Socket socket = server.accept()) {
          socket.setTcpNoDelay(true);
          payees.serve(
              new DataInputStream(socket.getInputStream()),
              new DataOutputStream(socket.getOutputStream()));
        } catch (IOException e) {
          System.out.println("the payer is gone");
        }
      }
    }
  }

  private void serve(DataInputStream in, DataOutputStream out) throws IOException {
    ServingLane[] lanes = new ServingLane[Traffic.PAYEES];
    for (int i = 0; i < lanes.length; i++) {
      LaneId id = Traffic.lane(Traffic.payee(i).address());
      Optional<SignedVoucher> best = ledgers.get(i).lane(id).received();
      lanes[i] =
          new ServingLane(
              best.map(SignedVoucher::voucher).orElse(Voucher.none(id)),
              Traffic.TERMS,
              Traffic.PRICE,
              exposure);
      out.writeBoolean(best.isPresent());
      if (best.isPresent()) {
        out.write(best.get().toBytes());
      }
      if (in.readBoolean()) {
        take(i, lanes[i], in);
      }
    }
    while (true) {
      int payee = in.readInt();
      long wanted = in.readLong();
      ServingLane lane = lanes[payee];
      lane.onEscrow(escrowOf(lane.lane()));
      long sent = Math.min(wanted, lane.sendableBytes());
      lane.onSent(sent, System.nanoTime());
      out.writeLong(sent);
      take(payee, lane, in);
      out.writeLong(lane.best().bytesServed());
    }
  }

  /** Without escrow at finality nobody is served: waits for it. */
  private Optional<Escrow> escrowOf(LaneId lane) {
    while (view.escrow(lane, lane.payer()).isEmpty()) {
      pause();
    }
    return view.escrow(lane, lane.payer());
  }

  private void take(int payee, ServingLane lane, DataInputStream in) throws IOException {
    byte[] raw = new byte[SignedVoucher.BYTES];
    in.readFully(raw);
    SignedVoucher signed = SignedVoucher.decode(ByteBuffer.wrap(raw));
    lane.onEscrow(escrowOf(lane.lane()));
    boolean isSigned =
        Curve.fastest()
            .recover(signed.signature(), digest.of(signed.voucher()).toBytes())
            .map(key -> key.address().equals(lane.lane().payer()))
            .orElse(false);
    Optional<Verdict> verdict = lane.judge(signed.voucher(), Instant.now(), System.nanoTime());
    if (!isSigned || verdict.filter(each -> each != Verdict.REPLAYED).isPresent()) {
      throw new IllegalStateException("an honest payer's voucher is refused: " + verdict);
    }
    if (verdict.isEmpty()) {
      Traffic.write(ledgers.get(payee), new VoucherIn(signed));
      lane.onDurable(signed.voucher(), System.nanoTime());
    }
  }

  /** Redeems for ever, whatever the endpoint does. */
  private void settle() {
    while (true) {
      try {
        view.refresh();
      } catch (ChainException e) {
        pause();
        continue;
      }
      boolean isAllDone = true;
      for (int i = 0; i < Traffic.PAYEES; i++) {
        try {
          redeemers.get(i).step();
        } catch (ChainException e) {
          isAllDone = false;
        } catch (Exception e) {
          e.printStackTrace();
          Runtime.getRuntime().halt(3);
        }
        isAllDone &= isDone(i);
      }
      if (isAllDone) {
        System.out.println("redeemed");
      }
      pause();
    }
  }

  private boolean isDone(int payee) {
    LaneBook book = ledgers.get(payee).lane(Traffic.lane(Traffic.payee(payee).address()));
    long paid = book.received().map(each -> each.voucher().bytesServed()).orElse(0L);
    return paid >= Traffic.targetBytes(payee)
        && book.unredeemed().equals(Amount.ZERO)
        && !redeemers.get(payee).isUnderWay();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
