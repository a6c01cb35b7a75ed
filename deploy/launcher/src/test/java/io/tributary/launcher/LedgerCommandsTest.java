package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord.RedeemDone;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.receipt.Outcome;
import io.tributary.ledger.receipt.Receipt;
import io.tributary.ledger.receipt.ReceiptFile;
import io.tributary.ledger.receipt.SignedReceipts;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerCommandsTest {
  @TempDir private Path dir = Path.of("");

  private final SigningKey key = SigningKey.generate(new SecureRandom(), Curve.fastest());

  private Path write(String name, String text) throws IOException {
    Path file = Files.writeString(dir.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void key_isMadeListedShownAndImportedElsewhere() throws IOException {
    String password = write("password", "a password\n").toString();
    String keys = dir.resolve("keys").toString();
    Ran made = Ran.tributary("keys", "new", "--light", "--keys", keys, "--password-file", password);
    assertThat(made.exitCode()).as(made.err()).isZero();
    String address = made.out().strip();
    assertThat(EvmAddress.parse(address)).hasToString(address);

    assertThat(Ran.tributary("keys", "list", "--keys", keys).out().strip()).isEqualTo(address);
    Ran shown = Ran.tributary("keys", "show", address, "--keys", keys, "--password-file", password);
    assertThat(shown.out()).contains(address).contains("public key  0x04");

    Path file = dir.resolve("keys").resolve(address.toLowerCase(Locale.ROOT) + ".json");
    String other = dir.resolve("other").toString();
    Ran imported =
        Ran.tributary(
            "keys", "import", file.toString(), "--keys", other, "--password-file", password);
    assertThat(imported.exitCode()).as(imported.err()).isZero();
    assertThat(imported.out().strip()).isEqualTo(address);
    Ran again =
        Ran.tributary(
            "keys", "import", file.toString(), "--keys", other, "--password-file", password);
    assertThat(again.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(again.err()).contains("is there already");
  }

  @Test
  void wrongOrMissingPassword_isSaidWithItsExitCode() throws IOException {
    String keys = dir.resolve("keys").toString();
    String password = write("password", "right\n").toString();
    String address =
        Ran.tributary("keys", "new", "--light", "--keys", keys, "--password-file", password)
            .out()
            .strip();
    String wrong = write("wrong", "wrong\n").toString();
    Ran shown = Ran.tributary("keys", "show", address, "--keys", keys, "--password-file", wrong);
    assertThat(shown.exitCode()).isEqualTo(ExitCode.INTEGRITY.code());
    assertThat(shown.err()).contains("does not unlock").doesNotContain("right");
    Ran none = Ran.tributary("keys", "show", address, "--keys", keys);
    assertThat(none.exitCode()).isEqualTo(ExitCode.CONFIG.code());
    assertThat(none.err()).contains("--password-file");
    String unknown = "0x" + "11".repeat(20);
    Ran missing =
        Ran.tributary("keys", "show", unknown, "--keys", keys, "--password-file", password);
    assertThat(missing.exitCode()).isEqualTo(ExitCode.NOT_FOUND.code());
  }

  @Test
  void receipts_areVerifiedAndChangedOnesAreNot() throws IOException {
    Path file = dir.resolve("receipts.jsonl");
    List<Receipt> receipts =
        List.of(
            new Receipt(Hash256.ZERO, "12D3KooWa", 8_388_608, 40, 1, Outcome.VERIFIED),
            new Receipt(Hash256.ZERO, "12D3KooWb", 100, 4, 2, Outcome.CANCELLED));
    try (Writer out = Files.newBufferedWriter(file)) {
      ReceiptFile.write(SignedReceipts.sign(receipts, key), out);
    }
    Ran verified = Ran.tributary("ledger", "verify", file.toString());
    assertThat(verified.exitCode()).as(verified.err()).isZero();
    assertThat(verified.out()).contains(key.address().toString(), "8388608 VERIFIED");
    Files.writeString(file, Files.readString(file).replace("\"bytes\":100", "\"bytes\":101"));
    assertThat(Ran.tributary("ledger", "verify", file.toString()).exitCode())
        .isEqualTo(ExitCode.INTEGRITY.code());
    Files.writeString(file, "{}");
    assertThat(Ran.tributary("ledger", "verify", file.toString()).exitCode())
        .isEqualTo(ExitCode.INTEGRITY.code());
  }

  @Test
  void books_areShownWhileTheNodeRuns() throws IOException, JournalException {
    Path books = dir.resolve("ledger");
    SettlementDomain domain = new SettlementDomain(31337, key.address());
    LaneId lane = new LaneId(key.address(), EvmAddress.of(new byte[EvmAddress.BYTES]), 4);
    try (Ledger ledger =
        Ledger.open(
            books, domain, JournalOptions.defaults(), InstantSource.system(), Runnable::run)) {
      for (long bytes = 1; bytes <= 3; bytes++) {
        Voucher voucher = new Voucher(lane, Amount.of(10 * bytes), bytes, 99, Hash256.ZERO);
        ledger.record(
            new VoucherIn(
                new SignedVoucher(voucher, key.sign(new VoucherDigest(domain).of(voucher)))),
            new Failing());
      }
      ledger.record(new RedeemDone(lane, Amount.of(20), 5, Hash256.ZERO), new Failing());

      JsonNode balance =
          new ObjectMapper()
              .readTree(Ran.tributary("ledger", "balance", books.toString(), "--json").out());
      assertThat(balance.at("/0/unredeemed").asText()).isEqualTo("10");
      assertThat(balance.at("/0/earned/bytes").asLong()).isEqualTo(3);
      assertThat(Ran.tributary("ledger", "balance", books.toString()).out())
          .contains("unredeemed in all: 10 base units on 1 lanes");
      Ran inspected = Ran.tributary("ledger", "inspect", books.toString());
      assertThat(inspected.out()).contains("records   1 to 5", "VOUCHER_IN     3");
      List<String> lines =
          Ran.tributary("ledger", "export", books.toString()).out().lines().toList();
      assertThat(lines).hasSize(5);
      assertThat(lines.get(4)).contains("REDEEM_DONE", "\"amount\":\"20\"");
      assertThat(
              Ran.tributary("ledger", "export", books.toString(), "--since", "2999-01-01T00:00:00Z")
                  .out())
          .isEmpty();
    }
    Ran none = Ran.tributary("ledger", "inspect", dir.resolve("none").toString());
    assertThat(none.exitCode()).isEqualTo(ExitCode.DISK.code());
    assertThat(none.err()).contains("there is no journal");
  }

  private static final class Failing implements DurableListener {
    @Override
    public void onDurable(long sequence) {}

    @Override
    public void onFailed(JournalException cause) {
      throw new AssertionError(cause);
    }
  }
}
