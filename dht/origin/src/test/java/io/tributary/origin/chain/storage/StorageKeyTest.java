package io.tributary.origin.chain.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.content.AccountId;
import io.tributary.origin.chain.ChainVectors;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class StorageKeyTest {
  private static final JsonNode KEYS = ChainVectors.root().get("keys");
  private static final AccountId ACCOUNT = ChainVectors.account(KEYS.get("account"));

  @Test
  void twox128_matchesPolkadot() {
    for (JsonNode vector : ChainVectors.root().get("twox128")) {
      byte[] name = vector.get("name").asText().getBytes(StandardCharsets.US_ASCII);
      assertThat(StorageHashes.twox128(name)).isEqualTo(ChainVectors.bytes(vector.get("hash")));
    }
    assertThat(
            HexFormat.of()
                .formatHex(StorageHashes.twox128("System".getBytes(StandardCharsets.US_ASCII))))
        .isEqualTo("26aa394eea5630e07c48ae0c9558cef7");
  }

  @Test
  void blake2b128_matchesPolkadot() {
    for (JsonNode vector : ChainVectors.root().get("blake2b128")) {
      byte[] text = vector.get("text").asText().getBytes(StandardCharsets.US_ASCII);
      assertThat(StorageHashes.blake2b128(text)).isEqualTo(ChainVectors.bytes(vector.get("hash")));
    }
  }

  @Test
  void keys_matchPolkadotAndAreReadBack() {
    assertKey("file", StorageKey.file(ChainVectors.fid()));
    assertKey("deal", StorageKey.deal(ChainVectors.fid()));
    assertKey("miner", StorageKey.miner(ACCOUNT));
    assertKey("gateway", StorageKey.gateway(ACCOUNT));
  }

  @Test
  void accessors_giveWhatTheKeyNames() {
    assertThat(StorageKey.deal(ChainVectors.fid()).fid()).isEqualTo(ChainVectors.fid());
    assertThat(StorageKey.miner(ACCOUNT).account()).isEqualTo(ACCOUNT);
    assertThatThrownBy(() -> StorageKey.miner(ACCOUNT).fid())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> StorageKey.file(ChainVectors.fid()).account())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void parse_anythingElse_isRefused() {
    String miner = KEYS.get("miner").asText();
    String file = KEYS.get("file").asText();
    List<String> malformed =
        List.of(
            "",
            "0x",
            miner.substring(2),
            miner.substring(0, miner.length() - 1),
            miner.substring(0, miner.length() - 2),
            miner + "00",
            miner.substring(0, miner.length() - 1) + "g",
            miner.substring(0, miner.length() - 4)
                + miner.substring(miner.length() - 4).toUpperCase(Locale.ROOT)
                + "AB",
            StorageMap.FILES.prefix() + miner.substring(66),
            // one bit of the hash, of the fid and of the prefix
            file.substring(0, 66) + flipped(file.charAt(66)) + file.substring(67),
            file.substring(0, file.length() - 1) + flipped(file.charAt(file.length() - 1)),
            "0x" + flipped(file.charAt(2)) + file.substring(3),
            file.substring(0, file.length() - 2) + "zz");
    for (String key : malformed) {
      assertThatThrownBy(() -> StorageKey.parse(key))
          .describedAs(key)
          .isInstanceOf(MalformedStorageKeyException.class);
    }
  }

  private static char flipped(char digit) {
    return digit == '0' ? '1' : '0';
  }

  private static void assertKey(String name, StorageKey key) {
    assertThat(key.toHex()).isEqualTo(KEYS.get(name).asText());
    assertThat(StorageKey.parse(key.toHex())).isEqualTo(key);
  }
}
