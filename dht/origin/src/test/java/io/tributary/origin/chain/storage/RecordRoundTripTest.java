package io.tributary.origin.chain.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.FileRecord;
import io.tributary.origin.chain.Deal;
import io.tributary.origin.chain.Gateway;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.RandomRecords;
import io.tributary.origin.scale.ScaleException;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of all records, on records drawn from a seed. */
class RecordRoundTripTest {
  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void file_writtenAndRead_isTheSame(long seed) {
    FileRecord file = new RandomRecords(seed).file();
    byte[] scale = FileCodec.encode(file, 4_000_000_000L);
    assertThat(FileCodec.decode(file.manifest().fid(), scale)).isEqualTo(file);
    assertEveryCutIsRefused(scale, seed, cut -> FileCodec.decode(file.manifest().fid(), cut));
    assertLongerIsRefused(scale, longer -> FileCodec.decode(file.manifest().fid(), longer));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void deal_writtenAndRead_isTheSame(long seed) {
    Deal deal = new RandomRecords(seed).deal();
    byte[] scale = DealCodec.encode(deal);
    assertThat(DealCodec.decode(deal.manifest().fid(), scale)).isEqualTo(deal);
    assertEveryCutIsRefused(scale, seed, cut -> DealCodec.decode(deal.manifest().fid(), cut));
    assertLongerIsRefused(scale, longer -> DealCodec.decode(deal.manifest().fid(), longer));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void miner_writtenAndRead_isTheSame(long seed) {
    Miner miner = new RandomRecords(seed).miner();
    byte[] scale = MinerCodec.encode(miner);
    assertThat(MinerCodec.decode(miner.account(), scale)).isEqualTo(miner);
    // What follows the spaces is the proof of space, which is not read and may have any length.
    int proof = 1 + 256 * Long.BYTES + 64;
    byte[] read = Arrays.copyOf(scale, scale.length - proof);
    assertThat(MinerCodec.decode(miner.account(), read)).isEqualTo(miner);
    assertEveryCutIsRefused(read, seed, cut -> MinerCodec.decode(miner.account(), cut));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void gateway_writtenAndRead_isTheSame(long seed) {
    Gateway gateway = new RandomRecords(seed).gateway();
    byte[] scale = GatewayCodec.encode(gateway);
    assertThat(GatewayCodec.decode(gateway.account(), scale)).isEqualTo(gateway);
    assertEveryCutIsRefused(scale, seed, cut -> GatewayCodec.decode(gateway.account(), cut));
    assertLongerIsRefused(scale, longer -> GatewayCodec.decode(gateway.account(), longer));
  }

  private static void assertEveryCutIsRefused(byte[] scale, long seed, Function<byte[], ?> decode) {
    for (int length = 0; length < scale.length; length++) {
      byte[] cut = Arrays.copyOf(scale, length);
      assertThatThrownBy(() -> decode.apply(cut))
          .describedAs("seed %d cut to %d of %d bytes", seed, length, scale.length)
          .isInstanceOf(ScaleException.class);
    }
  }

  private static void assertLongerIsRefused(byte[] scale, Function<byte[], ?> decode) {
    assertThatThrownBy(() -> decode.apply(Arrays.copyOf(scale, scale.length + 1)))
        .isInstanceOfSatisfying(
            ScaleException.class,
            e -> assertThat(e.reason()).isEqualTo(ScaleException.Reason.TRAILING_BYTES));
  }
}
