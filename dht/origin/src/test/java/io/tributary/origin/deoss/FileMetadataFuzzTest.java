package io.tributary.origin.deoss;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tributary.content.Layout;
import io.tributary.origin.upstream.Envelope;

class FileMetadataFuzzTest {
  @FuzzTest
  void anyBytes_areMetadataOrNot(byte[] data) {
    Envelope.firstValue(data)
        .flatMap(value -> FileMetadata.of(Envelope.of(value).map(Envelope::data).orElse(value)))
        .ifPresent(
            metadata -> {
              if (metadata.sizeBytes() < 1 || metadata.sizeBytes() > Layout.MAX_FILE_BYTES) {
                throw new AssertionError(metadata.toString());
              }
            });
  }
}
