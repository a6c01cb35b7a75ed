package io.tributary.ledger.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.ledger.Ethers;
import io.tributary.ledger.keys.KeystoreException.Reason;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeystoreTest {
  private static final String PBKDF2 =
      """
      {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
      "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
      "kdf":"pbkdf2","kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
      "salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
      "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
      "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
      """;
  private static final String SECRET =
      "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

  @TempDir Path directory;

  private final SigningKey key = SigningKey.generate(new SecureRandom(), Curve.fastest());

  private Keystore lock(String password) {
    return Keystore.lock(key, password.toCharArray(), Keystore.Hardness.LIGHT, new SecureRandom());
  }

  private static void assertReason(Reason reason, KeystoreCall call) {
    assertThatExceptionOfType(KeystoreException.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private interface KeystoreCall {
    void run() throws KeystoreException;
  }

  /**
   * The vector of the Web3 Secret Storage definition; that for scrypt has an N outside RFC 7914.
   */
  @Test
  void vectorOfTheDefinition_isUnlocked() throws KeystoreException {
    SigningKey unlocked =
        Keystore.parse(PBKDF2).unlock("testpassword".toCharArray(), Curve.fastest());
    assertThat(HexFormat.of().formatHex(unlocked.toBytes())).isEqualTo(SECRET);
    assertThat(unlocked.address().toString())
        .isEqualToIgnoringCase("0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b");
  }

  @Test
  void lockedKey_isUnlockedByItsPasswordOnly() throws KeystoreException {
    Keystore stored = Keystore.parse(lock("päss wörd").toText());
    assertThat(stored.address()).contains(key.address());
    assertThat(stored.unlock("päss wörd".toCharArray(), Curve.fastest()).toBytes())
        .isEqualTo(key.toBytes());
    assertReason(
        Reason.WRONG_PASSWORD, () -> stored.unlock("pass word".toCharArray(), Curve.fastest()));
    assertThat(stored.toText()).doesNotContain(HexFormat.of().formatHex(key.toBytes()));
  }

  @Test
  void ethers_readsOursAndWeReadItsOwn()
      throws IOException, InterruptedException, KeystoreException {
    String question =
        new ObjectMapper()
            .createObjectNode()
            .put("keystore", lock("geheim").toText())
            .put("password", "geheim")
            .toString();
    assertThat(Ethers.run(question + "\n", "unlock"))
        .containsExactly("0x" + HexFormat.of().formatHex(key.toBytes()));
    SigningKey theirs =
        Keystore.parse(String.join("\n", Ethers.run("", "lock")))
            .unlock("wörd of ethers".toCharArray(), Curve.fastest());
    assertThat(theirs.toBytes()).containsOnly(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\" : 3 | \"version\" : 2",
        "aes-128-ctr | aes-128-cbc",
        "\"scrypt\" | \"argon2\"",
        "\"n\" : 4096 | \"n\" : 4095",
        "\"n\" : 4096,  \"r\" : 8 | \"n\" : 262144,  \"r\" : 1",
        "\"r\" : 8 | \"r\" : 0",
        "\"dklen\" : 32 | \"dklen\" : 16",
        "\"mac\" : \" | \"mac\" : \"xx",
        "\"mac\" : \" | \"mac\" : \"00",
        "\"iv\" : \" | \"iv\" : \"00",
      })
  void changedFile_isMalformed(String original, String changed) {
    String whole = lock("x").toText().replaceAll("\\s*\n\\s*", "  ");
    String text = whole.replace(original, changed);
    assertThat(text).isNotEqualTo(whole);
    assertReason(
        Reason.MALFORMED, () -> Keystore.parse(text).unlock("x".toCharArray(), Curve.fastest()));
  }

  @Test
  void fileThatAsksForTooMuchMemory_isRefusedAtOnce() {
    String text = lock("testpassword").toText().replace("4096", "1073741824");
    assertReason(
        Reason.TOO_COSTLY,
        () -> Keystore.parse(text).unlock("testpassword".toCharArray(), Curve.fastest()));
  }

  @Test
  void fileOfAnotherAddress_isMalformed() throws KeystoreException {
    String address = key.address().toString().substring(2).toLowerCase(Locale.ROOT);
    String text = lock("x").toText();
    String changed = text.replace(address, "00".repeat(20));
    assertThat(changed).isNotEqualTo(text);
    assertReason(
        Reason.MALFORMED, () -> Keystore.parse(changed).unlock("x".toCharArray(), Curve.fastest()));
  }

  @Test
  void directory_keepsKeysForItsOwnerAlone() throws IOException, KeystoreException {
    KeyDirectory keys = new KeyDirectory(directory.resolve("keys"));
    assertThat(keys.list()).isEmpty();
    Path file = keys.add(key.address(), lock("x"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.path())))
        .isEqualTo("rwx------");
    assertThat(keys.list()).isEqualTo(List.of(key.address()));
    assertThat(keys.read(key.address()).unlock("x".toCharArray(), Curve.fastest()).address())
        .isEqualTo(key.address());
    assertReason(Reason.EXISTS, () -> keys.add(key.address(), lock("y")));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertReason(Reason.TOO_OPEN, () -> keys.read(key.address()));
    Files.delete(file);
    assertReason(Reason.NOT_FOUND, () -> keys.read(key.address()));
  }

  @Test
  void passwordFile_givesItsFirstLine() throws IOException, KeystoreException {
    Path file = directory.resolve("password");
    Files.writeString(file, "sécret\r\nmore\n", UTF_8);
    assertThat(PasswordSource.credential(directory, "password").read())
        .isEqualTo("sécret".toCharArray());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertReason(Reason.TOO_OPEN, () -> PasswordSource.file(file).read());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(PasswordSource.file(file).read()).isEqualTo("sécret".toCharArray());
    assertReason(Reason.NO_PASSWORD, () -> PasswordSource.file(directory.resolve("x")).read());
    Files.write(file, new byte[PasswordSource.MAX_BYTES + 1]);
    assertReason(Reason.NO_PASSWORD, () -> PasswordSource.file(file).read());
  }
}
