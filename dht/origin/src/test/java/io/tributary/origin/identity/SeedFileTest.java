package io.tributary.origin.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SeedFileTest {
  private final SecureRandom random = new SecureRandom();

  @TempDir private Path dir = Path.of("");

  @Test
  void createdKey_isReadBack() throws IOException {
    Path file = dir.resolve("owner.seed");
    Sr25519KeyPair created = SeedFile.create(file, random);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(SeedFile.read(file, random).account()).isEqualTo(created.account());
  }

  @Test
  void existingFile_isNeverOverwritten() throws IOException {
    Path file = dir.resolve("owner.seed");
    SeedFile.create(file, random);
    assertThatThrownBy(() -> SeedFile.create(file, random))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void fileOthersMayRead_isRefusedWithTheRemedy() throws IOException {
    Path file = dir.resolve("owner.seed");
    SeedFile.create(file, random);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> SeedFile.read(file, random)).hasMessageContaining("chmod 600");
  }

  @Test
  void malformedSeed_isRefusedWithoutBeingQuoted() throws IOException {
    for (String text : new String[] {"", "abcd", "zz".repeat(32), "ab".repeat(33)}) {
      Path file = Files.createTempFile(dir, "bad", ".seed");
      Files.writeString(file, text);
      assertThatThrownBy(() -> SeedFile.read(file, random))
          .hasMessageContaining("does not hold a seed")
          .hasMessageNotContaining("zzzz")
          .hasNoCause();
    }
  }
}
