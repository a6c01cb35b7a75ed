package io.tributary.content;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** Manifests made up for tests. */
final class Files {
  private Files() {}

  /** A segment named after a number, whose first columns hold something and the others zeros. */
  static Manifest.Segment segment(int number, int columnsWithData) {
    List<FragmentHash> fragments =
        IntStream.range(0, Layout.COLUMNS)
            .mapToObj(
                column ->
                    column < columnsWithData
                        ? new FragmentHash(name("fragment-" + number + "-" + column))
                        : FragmentHash.ZERO)
            .toList();
    return new Manifest.Segment(new SegmentHash(name("segment-" + number)), fragments);
  }

  static Manifest manifest(long sizeBytes, Manifest.Segment... segments) {
    return Manifest.of(FidRule.MERKLE, sizeBytes, List.of(segments));
  }

  private static Digest name(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.US_ASCII));
  }
}
