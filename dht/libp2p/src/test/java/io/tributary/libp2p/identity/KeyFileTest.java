package io.tributary.libp2p.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tributary.libp2p.identity.KeyFileException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
  private static final PrivateKey ALICE = PrivateKey.ofEd25519Seed(new byte[32]);

  @TempDir Path folder;
  private KeyFile file;

  @BeforeEach
  void nameFile() {
    file = new KeyFile(folder.resolve("node.key"));
  }

  @Test
  void key_created_isReadBackAndOnlyItsOwnersToRead() throws Exception {
    file.create(ALICE);

    assertThat(file.load().encode()).isEqualTo(ALICE.encode());
    assertThat(Files.readAllBytes(file.path())).isEqualTo(ALICE.encode());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
        .isEqualTo("rw-------");
    assertFolderHoldsOnlyTheKey();
  }

  @Test
  void key_loadedOrCreated_isTheSameTheNextTime() throws Exception {
    PrivateKey first = file.loadOrCreate(new SecureRandom());
    PrivateKey second = file.loadOrCreate(new SecureRandom());

    assertThat(second.publicKey()).isEqualTo(first.publicKey());
  }

  @Test
  void key_createdByManyAtOnce_isOneKeyForAll() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<PublicKey> start = () -> file.loadOrCreate(new SecureRandom()).publicKey();
      List<Future<PublicKey>> keys =
          threads.invokeAll(Stream.generate(() -> start).limit(32).toList());

      PublicKey kept = file.load().publicKey();
      for (Future<PublicKey> key : keys) {
        assertThat(key.get()).isEqualTo(kept);
      }
    } finally {
      threads.shutdownNow();
    }
    assertFolderHoldsOnlyTheKey();
  }

  @Test
  void file_thatExists_isNeverOverwritten() throws Exception {
    Files.writeString(file.path(), "something else");

    assertRefused(Reason.EXISTS, () -> file.create(ALICE));
    assertThat(file.path()).hasContent("something else");
    assertFolderHoldsOnlyTheKey();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw---x---", "rwxrwxrwx"})
  void file_openToOthers_isRefusedWithTheFix(String mode) throws Exception {
    file.create(ALICE);
    Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString(mode));

    assertRefused(Reason.OPEN_TO_OTHERS, file::load);
    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> file.loadOrCreate(new SecureRandom()))
        .withMessageContaining(mode)
        .satisfies(
            e -> assertThat(e.fix()).isEqualTo("run: chmod 600 " + file.path()),
            e -> assertThat(e.path()).isEqualTo(file.path()));
  }

  @Test
  void file_ownersOnlyAndReadOnly_isRead() throws Exception {
    file.create(ALICE);
    Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("r--------"));

    assertThat(file.load().publicKey()).isEqualTo(ALICE.publicKey());
  }

  @Test
  void file_missing_isSaidToBe() {
    assertRefused(Reason.MISSING, file::load);
  }

  @Test
  void file_withoutAKey_isRefused() throws Exception {
    writeGuarded(new byte[0]);
    assertRefused(Reason.MALFORMED, file::load);

    writeGuarded(new byte[KeyFile.MAX_BYTES * 3]);
    assertRefused(Reason.MALFORMED, file::load);
  }

  @Test
  void file_withAKeyOfAnotherType_isRefused() throws Exception {
    byte[] ecdsa =
        SpecKeysTest.keys()
            .filter(key -> key.type() == KeyType.ECDSA)
            .findFirst()
            .orElseThrow()
            .privateKey();
    writeGuarded(ecdsa);

    assertRefused(Reason.OTHER_KEY_TYPE, file::load);
    assertThatIllegalArgumentException().isThrownBy(() -> file.create(PrivateKey.decode(ecdsa)));
  }

  @Test
  void folder_missing_isAnIoErrorThatLeavesNothing() {
    KeyFile nowhere = new KeyFile(folder.resolve("no/such/node.key"));

    assertRefused(Reason.IO_ERROR, () -> nowhere.create(ALICE));
    assertRefused(Reason.IO_ERROR, () -> new KeyFile(folder).load());
    assertThat(folder).isEmptyDirectory();
  }

  private void writeGuarded(byte[] bytes) throws IOException {
    Files.write(file.path(), bytes);
    Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-------"));
  }

  private void assertFolderHoldsOnlyTheKey() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      assertThat(entries).containsExactly(file.path());
    }
  }

  private static void assertRefused(Reason reason, ThrowingCallable call) {
    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
