package io.tributary.origin.identity;

import static io.tributary.origin.identity.IdentityVectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.AccountId;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ss58AddressTest {
  private static final IdentityVectors VECTORS = IdentityVectors.load();

  @Test
  void addressesOfPolkadot_areWrittenAndRead() {
    assertThat(VECTORS.addresses()).hasSize(45);
    for (IdentityVectors.Address vector : VECTORS.addresses()) {
      Ss58Address address = new Ss58Address(vector.prefix(), AccountId.of(bytes(vector.account())));
      assertThat(address).hasToString(vector.address());
      assertThat(Ss58Address.parse(vector.address())).isEqualTo(address);
    }
  }

  @Test
  void cessAddresses_startAsTheNetworkSays() {
    AccountId account = AccountId.of(bytes("6a".repeat(32)));
    assertThat(new Ss58Address(Ss58Address.CESS_TESTNET, account).toString()).startsWith("cX");
    assertThat(new Ss58Address(Ss58Address.CESS_MAINNET, account).toString()).startsWith("ce");
  }

  @Test
  void addressOfAnotherNetwork_isRefusedWhenOneIsAskedFor() {
    AccountId account = AccountId.of(new byte[32]);
    String text = new Ss58Address(Ss58Address.CESS_MAINNET, account).toString();
    assertThat(Ss58Address.parse(text, Ss58Address.CESS_MAINNET)).isEqualTo(account);
    assertThatThrownBy(() -> Ss58Address.parse(text, Ss58Address.CESS_TESTNET))
        .isInstanceOf(MalformedAddressException.class)
        .hasMessage("the address is of network 11331, expected 11330");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyOtherText_isRefused(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] account = new byte[32];
    random.nextBytes(account);
    Ss58Address address = new Ss58Address(random.nextInt(16384), AccountId.of(account));
    String text = address.toString();
    assertThat(Ss58Address.parse(text)).as("seed %d", seed).isEqualTo(address);

    int at = random.nextInt(text.length());
    char other = text.charAt(at) == 'z' ? 'y' : 'z';
    String changed = text.substring(0, at) + other + text.substring(at + 1);
    assertThatThrownBy(() -> Ss58Address.parse(changed))
        .as("seed %d", seed)
        .isInstanceOf(MalformedAddressException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "0x6a6a",
        "cXlO0I",
        " cXgDDKSHcqWbhFsKrGkQj4b5s8yPPVJfWSgVaV4NAmHcYwWc1",
        "111111111111111111111111111111111111111111111111111111111111111111111111111111",
        "cX€"
      })
  void noAddress_isRefused(String text) {
    assertThatThrownBy(() -> Ss58Address.parse(text)).isInstanceOf(MalformedAddressException.class);
  }

  @Test
  void shortPrefixInTwoBytes_isRefused() {
    // 42 as 01001010 10000000: what two bytes would say, with a right checksum.
    byte[] body = new byte[34];
    body[0] = 0x40 | 42 >> 2;
    body[1] = (byte) ((42 & 3) << 6);
    String text = Base58.encode(withChecksum(body));
    assertThatThrownBy(() -> Ss58Address.parse(text))
        .isInstanceOf(MalformedAddressException.class)
        .hasMessageContaining("shortest form");
  }

  @Test
  void longPrefixInOneByte_isRefused() {
    byte[] body = new byte[33];
    body[0] = 64;
    String text = Base58.encode(withChecksum(body));
    assertThatThrownBy(() -> Ss58Address.parse(text))
        .isInstanceOf(MalformedAddressException.class)
        .hasMessageContaining("needs two bytes");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 16384, Integer.MAX_VALUE})
  void prefixOutOfRange_isRefused(int prefix) {
    assertThatThrownBy(() -> new Ss58Address(prefix, AccountId.of(new byte[32])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 16383");
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  private static byte[] withChecksum(byte[] body) {
    Blake2bDigest blake2b = new Blake2bDigest(512);
    byte[] domain = {'S', 'S', '5', '8', 'P', 'R', 'E'};
    blake2b.update(domain, 0, domain.length);
    blake2b.update(body, 0, body.length);
    byte[] hash = new byte[64];
    blake2b.doFinal(hash, 0);
    byte[] all = Arrays.copyOf(body, body.length + 2);
    System.arraycopy(hash, 0, all, body.length, 2);
    return all;
  }
}
