package io.tributary.origin.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.origin.chain.extrinsic.CallIndices;
import io.tributary.origin.chain.extrinsic.ExtrinsicCodec;
import io.tributary.origin.chain.storage.DealCodec;
import io.tributary.origin.chain.storage.FileCodec;
import io.tributary.origin.chain.storage.GatewayCodec;
import io.tributary.origin.chain.storage.MalformedStorageKeyException;
import io.tributary.origin.chain.storage.MinerCodec;
import io.tributary.origin.chain.storage.StorageKey;
import io.tributary.origin.scale.ScaleException;
import io.tributary.origin.scale.ScaleReader;
import io.tributary.origin.scale.ScaleWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Whatever the bytes: a value that can be written again, or the typed refusal. */
class UntrustedBytesFuzzTest {
  private static final Digest NAME = new Digest(1, 2, 3, 4);
  private static final Fid FID = new Fid(NAME);
  private static final AccountId ACCOUNT = new AccountId(NAME);

  @FuzzTest
  void compactInteger(byte[] bytes) {
    try {
      ScaleReader in = ScaleReader.of(bytes);
      BigInteger value = in.compact();
      byte[] read = ScaleReader.of(bytes).fixed(in.position(), "what was read");
      assertThat(new ScaleWriter().compact(value).toBytes()).isEqualTo(read);
    } catch (ScaleException e) {
      assertThat(e.offset()).isBetween(0, bytes.length);
    }
  }

  @FuzzTest
  void file(byte[] bytes) {
    try {
      FileRecord file = FileCodec.decode(FID, bytes);
      assertThat(FileCodec.decode(FID, FileCodec.encode(file, 0)).manifest())
          .isEqualTo(file.manifest());
    } catch (ScaleException e) {
      assertThat(e.offset()).isBetween(0, bytes.length);
    }
  }

  @FuzzTest
  void deal(byte[] bytes) {
    try {
      Deal deal = DealCodec.decode(FID, bytes);
      assertThat(deal.manifest().fid()).isEqualTo(FID);
    } catch (ScaleException e) {
      assertThat(e.offset()).isBetween(0, bytes.length);
    }
  }

  @FuzzTest
  void miner(byte[] bytes) {
    try {
      assertThat(MinerCodec.decode(ACCOUNT, bytes).account()).isEqualTo(ACCOUNT);
    } catch (ScaleException e) {
      assertThat(e.offset()).isBetween(0, bytes.length);
    }
  }

  @FuzzTest
  void gateway(byte[] bytes) {
    try {
      assertThat(GatewayCodec.decode(ACCOUNT, bytes).account()).isEqualTo(ACCOUNT);
    } catch (ScaleException e) {
      assertThat(e.offset()).isBetween(0, bytes.length);
    }
  }

  @FuzzTest
  void extrinsic(byte[] bytes) {
    try {
      assertThat(ExtrinsicCodec.decode(bytes, CallIndices.CESS).signature()).hasSize(64);
    } catch (ScaleException e) {
      assertThat(e.offset()).isBetween(0, bytes.length);
    }
  }

  @FuzzTest
  void storageKey(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    try {
      assertThat(StorageKey.parse(text).toHex()).isEqualTo(text);
    } catch (MalformedStorageKeyException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }
}
