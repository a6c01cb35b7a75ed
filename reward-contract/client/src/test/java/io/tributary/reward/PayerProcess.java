package io.tributary.reward;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord.VoucherOut;
import io.tributary.ledger.credit.PayingLane;
import io.tributary.ledger.signature.SigningKey;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A payer in a process of its own, to be killed: asks each payee for bytes, and pays for them with
 * vouchers that are in its books before they leave. Ends when all is delivered and paid for.
 */
final class PayerProcess {
  private final Ledger ledger;
  private final VoucherDigest digest;
  private final SigningKey key = Traffic.payer();

  private PayerProcess(Ledger ledger, SettlementDomain domain) {
    this.ledger = ledger;
    this.digest = new VoucherDigest(domain);
  }

  /** Arguments: the books, chain id, contract, port of the payees. */
  public static void main(String[] args) throws Exception {
    SettlementDomain domain =
        new SettlementDomain(Long.parseLong(args[1]), EvmAddress.parse(args[2]));
    ExecutorService disk = Executors.newSingleThreadExecutor();
    try (Ledger ledger =
        Ledger.open(Path.of(args[0]), domain, Traffic.JOURNAL, InstantSource.system(), disk)) {
      PayerProcess payer = new PayerProcess(ledger, domain);
      while (!payer.meetsAndDelivers(Integer.parseInt(args[3]))) {
        TimeUnit.MILLISECONDS.sleep(50); // the payees are dead, and come back
      }
    }
    disk.shutdown();
  }

  /** Whether all is delivered, paid for and on the other side. */
  private boolean meetsAndDelivers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      deliver(
          new DataInputStream(socket.getInputStream()),
          new DataOutputStream(socket.getOutputStream()));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void deliver(DataInputStream in, DataOutputStream out) throws IOException {
    PayingLane[] lanes = new PayingLane[Traffic.PAYEES];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = meet(i, in, out);
    }
    for (int step = 0; step <= Traffic.STEPS; step++) {
      for (int i = 0; i < lanes.length; i++) {
        long left = Traffic.targetBytes(i) - lanes[i].best().bytesServed();
        if (left > 0) {
          pay(i, lanes[i], Math.min(left, Traffic.STEP_BYTES), in, out);
        }
      }
    }
  }

  /** Both sides may have been dead: the payee shows its best voucher, the payer has it signed. */
  private PayingLane meet(int payee, DataInputStream in, DataOutputStream out) throws IOException {
    LaneId id = Traffic.lane(Traffic.payee(payee).address());
    Optional<SignedVoucher> issued = ledger.lane(id).issued();
    PayingLane lane =
        new PayingLane(
            issued.map(SignedVoucher::voucher).orElse(Voucher.none(id)),
            Traffic.TERMS,
            Traffic.PRICE);
    if (in.readBoolean()) {
      byte[] presented = new byte[SignedVoucher.BYTES];
      in.readFully(presented);
      SignedVoucher theirs = SignedVoucher.decode(ByteBuffer.wrap(presented));
      if (!key.sign(digest.of(theirs.voucher())).equals(theirs.signature())) {
        throw new IllegalStateException("a voucher that was never signed");
      }
      lane.onPresented(theirs.voucher());
    }
    // What is in the books and did not arrive goes out again.
    out.writeBoolean(issued.isPresent());
    if (issued.isPresent()) {
      out.write(issued.get().toBytes());
    }
    return lane;
  }

  private void pay(int payee, PayingLane lane, long bytes, DataInputStream in, DataOutputStream out)
      throws IOException {
    lane.onRequested(bytes);
    out.writeInt(payee);
    out.writeLong(bytes);
    long sent = in.readLong();
    lane.onReceived(sent);
    lane.onVerified(sent, Hash256.hashing(lane.best().receiptsRoot().toBytes()));
    Voucher due = lane.due(true, Stage.FAR_SECONDS).orElseThrow();
    SignedVoucher signed = new SignedVoucher(due, key.sign(digest.of(due)));
    Traffic.write(ledger, new VoucherOut(signed));
    out.write(signed.toBytes());
    in.readLong(); // durable on the other side
    System.out.println("paid");
  }
}
