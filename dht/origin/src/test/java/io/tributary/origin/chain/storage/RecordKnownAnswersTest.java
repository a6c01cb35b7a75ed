package io.tributary.origin.chain.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.content.AccountId;
import io.tributary.content.FileRecord;
import io.tributary.content.FileState;
import io.tributary.content.Layout;
import io.tributary.content.Placement.Seat;
import io.tributary.origin.chain.ChainVectors;
import io.tributary.origin.chain.Deal;
import io.tributary.origin.chain.Gateway;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.PoolId;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

/** Records that Polkadot's own library wrote. */
class RecordKnownAnswersTest {
  private static final AccountId ACCOUNT =
      ChainVectors.account(ChainVectors.root().at("/keys/account"));

  @Test
  void file_isRead() {
    FileRecord file = FileCodec.decode(ChainVectors.fid(), ChainVectors.bytes("file"));

    assertThat(file.manifest()).isEqualTo(ChainVectors.manifest());
    assertThat(file.owners()).isEqualTo(ChainVectors.owners());
    assertThat(file.state()).isEqualTo(FileState.RECOVERY);
    for (int segment = 0; segment < 2; segment++) {
      for (int column = 0; column < Layout.COLUMNS; column++) {
        JsonNode seat = ChainVectors.root().at("/content/seats/" + segment + "/" + column);
        assertThat(file.placement().seat(segment, column))
            .isEqualTo(
                new Seat(
                    ChainVectors.account(seat.get("miner")), seat.get("available").asBoolean()));
      }
    }
  }

  @Test
  void file_whoseFidFollowsNeitherRule_isReadAllTheSame() {
    FileRecord file = FileCodec.decode(ChainVectors.fid(), ChainVectors.bytes("file"));
    assertThat(file.manifest().fidFollows()).isFalse();
  }

  @Test
  void deal_isReadAndWrittenByteForByte() {
    byte[] scale = ChainVectors.bytes("deal");
    Deal deal = DealCodec.decode(ChainVectors.fid(), scale);

    assertThat(deal.manifest()).isEqualTo(ChainVectors.manifest());
    assertThat(deal.owner()).isEqualTo(ChainVectors.owners().get(0));
    assertThat(deal.reports()).extracting(Deal.Report::column).containsExactly(11, 0);
    assertThat(deal.reports().get(1).miner()).isEqualTo(ACCOUNT);
    assertThat(deal.reportedColumns().stream()).containsExactly(0, 11);
    assertThat(DealCodec.encode(deal)).isEqualTo(scale);
  }

  @Test
  void miner_isReadWithAndWithoutAProofOfSpace() {
    Miner miner = MinerCodec.decode(ACCOUNT, ChainVectors.bytes("minerWithProof"));

    assertThat(miner.account()).isEqualTo(ACCOUNT);
    assertThat(miner.endpoint()).isEqualTo("http://miner.example:15001");
    assertThat(miner.collaterals())
        .isEqualTo(BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE));
    assertThat(miner.debt()).isEqualTo(12);
    assertThat(miner.state()).isEqualTo(Miner.State.POSITIVE);
    assertThat(miner.space()).isEqualTo(new Miner.Space(1L << 40, 5, 6, 7));
    assertThat(MinerCodec.decode(ACCOUNT, ChainVectors.bytes("minerWithoutProof")))
        .isEqualTo(miner);
  }

  @Test
  void miner_paddedOnTheChain_isWrittenByteForByte() {
    byte[] scale = ChainVectors.bytes("minerWithoutProof");
    Miner miner = MinerCodec.decode(ACCOUNT, scale);
    Miner padded =
        new Miner(
            miner.account(),
            miner.beneficiary(),
            miner.staking(),
            miner.endpoint() + "\0\0\0\0",
            miner.collaterals(),
            miner.debt(),
            miner.state(),
            miner.space());
    assertThat(MinerCodec.encode(padded)).isEqualTo(scale);
  }

  @Test
  void gateway_isReadAndWrittenByteForByte() {
    byte[] scale = ChainVectors.bytes("gateway");
    Gateway gateway = GatewayCodec.decode(ACCOUNT, scale);

    assertThat(gateway)
        .isEqualTo(
            new Gateway(
                ACCOUNT, PoolId.of(ChainVectors.bytes("peerId")), "http://gateway.example:1306"));
    assertThat(GatewayCodec.encode(gateway)).isEqualTo(scale);
  }
}
