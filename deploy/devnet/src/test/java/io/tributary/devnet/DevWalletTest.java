package io.tributary.devnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.ledger.signature.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevWalletTest {
  @TempDir private Path dir = Path.of("");

  @Test
  void wallet_isTheSameWhenOpenedAgain_andUnlocks() throws Exception {
    DevWallet made = DevWallet.openOrCreate(dir, new SecureRandom());
    DevWallet again = DevWallet.openOrCreate(dir, new SecureRandom());

    assertThat(again).isEqualTo(made);
    try (SigningKey key = again.unlock()) {
      assertThat(key.address()).isEqualTo(made.address());
    }
  }

  @Test
  void password_isForTheOwnerOnly() throws Exception {
    DevWallet wallet = DevWallet.openOrCreate(dir, new SecureRandom());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(wallet.passwordFile())))
        .isEqualTo("rw-------");
  }
}
