package io.tributary.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final int SEGMENT = Layout.SEGMENT_BYTES;
  private static final AccountId MINER = AccountId.of(new byte[AccountId.BYTES]);

  @Test
  void segmentCount_thatDoesNotFollowFromTheSize_isRefused() {
    Manifest.Segment segment = Files.segment(1, 12);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Files.manifest(SEGMENT + 1L, segment))
        .withMessage("a file of 33554433 bytes cannot have 1 segments");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Files.manifest(SEGMENT - 16L, segment, segment));
    assertThatIllegalArgumentException().isThrownBy(() -> Files.manifest(0, segment));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Manifest(new Fid(segment.hash().digest()), 0, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Manifest.of(
                    FidRule.FLAT, Layout.MAX_FILE_BYTES + 1, Collections.nCopies(1001, segment)));
  }

  @Test
  void fileOf1000Segments_isAccepted() {
    Manifest manifest =
        Manifest.of(
            FidRule.FLAT, Layout.MAX_FILE_BYTES, Collections.nCopies(1000, Files.segment(1, 12)));
    assertThat(manifest.segments()).hasSize(1000);
    assertThat(manifest.fidFollows()).isTrue();
  }

  @Test
  void deossFile_mayHaveOneSegmentMoreThanItsSizeSays() {
    Manifest.Segment segment = Files.segment(1, 12);
    Manifest deoss = Files.manifest(SEGMENT - 15L, segment, segment);
    assertThat(deoss.fits(StoredForm.DEOSS_CBC)).isTrue();
    assertThat(deoss.fits(StoredForm.PLAIN)).isFalse();
    assertThat(deoss.fits(StoredForm.CD2N_GCM)).isFalse();
    assertThat(deoss.storedBytes(StoredForm.DEOSS_CBC)).isEqualTo(2L * SEGMENT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> deoss.storedBytes(StoredForm.PLAIN))
        .withMessageContaining("does not have the form PLAIN");
  }

  @Test
  void plainFile_fitsAllFormsThatItsSizeAllows() {
    Manifest plain = Files.manifest(100, Files.segment(1, 12));
    assertThat(StoredForm.values()).allMatch(plain::fits);
    assertThat(plain.storedBytes(StoredForm.PLAIN)).isEqualTo(100);
    assertThat(plain.storedBytes(StoredForm.CD2N_GCM)).isEqualTo(100);
    assertThat(plain.storedBytes(StoredForm.DEOSS_CBC)).isEqualTo(SEGMENT);
  }

  @Test
  void segment_withoutTwelveFragments_isRefused() {
    Manifest.Segment segment = Files.segment(1, 12);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Manifest.Segment(segment.hash(), segment.fragments().subList(0, 11)));
  }

  @Test
  void namedBy_changesTheFidOnly() {
    Manifest merkle =
        Files.manifest(
            2L * SEGMENT + 1, Files.segment(1, 12), Files.segment(2, 12), Files.segment(3, 1));
    Manifest flat = merkle.namedBy(FidRule.FLAT);
    assertThat(flat.fid()).isEqualTo(merkle.fidBy(FidRule.FLAT)).isNotEqualTo(merkle.fid());
    assertThat(flat.namedBy(FidRule.MERKLE)).isEqualTo(merkle);
    assertThat(flat.fidFollows()).isTrue();
    Fid other = new Fid(merkle.segments().get(0).hash().digest());
    assertThat(new Manifest(other, merkle.sizeBytes(), merkle.segments()).fidFollows()).isFalse();
  }

  @Test
  void withSizeBytes_keepsNameAndSegments() {
    Manifest stored = Files.manifest(SEGMENT, Files.segment(1, 12));
    Manifest plain = stored.withSizeBytes(5);
    assertThat(plain.sizeBytes()).isEqualTo(5);
    assertThat(plain.fid()).isEqualTo(stored.fid());
    assertThatIllegalArgumentException().isThrownBy(() -> stored.withSizeBytes(SEGMENT + 1L));
  }

  @Test
  void lists_areCopied() {
    List<FragmentHash> fragments = new ArrayList<>(Files.segment(1, 12).fragments());
    Manifest.Segment segment = new Manifest.Segment(Files.segment(1, 12).hash(), fragments);
    fragments.set(0, FragmentHash.ZERO);
    assertThat(segment).isEqualTo(Files.segment(1, 12));
  }

  @Test
  void placement_thatDoesNotFitTheManifest_isRefused() {
    Manifest manifest = Files.manifest(1, Files.segment(1, 12));
    List<Placement.Seat> seats =
        Collections.nCopies(Layout.COLUMNS, new Placement.Seat(MINER, true));
    Placement one = new Placement(List.of(seats));
    Placement two = new Placement(List.of(seats, seats));

    assertThat(new FileRecord(manifest, one, FileState.ACTIVE, List.of()).placement().seat(0, 11))
        .isEqualTo(new Placement.Seat(MINER, true));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FileRecord(manifest, two, FileState.ACTIVE, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Placement(List.of(seats.subList(0, 11))));
  }
}
