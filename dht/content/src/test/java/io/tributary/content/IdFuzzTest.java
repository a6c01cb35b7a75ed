package io.tributary.content;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.Collections;

/** Ids and manifests from strangers: accepted exactly, or refused by the documented exception. */
class IdFuzzTest {
  @FuzzTest(maxDuration = "30s")
  void parsedId_printsAsItWasWritten(FuzzedDataProvider data) {
    String text = data.consumeRemainingAsString();
    try {
      String printed = Fid.parse(text).toHex();
      if (!printed.equals(text) || !text.matches("[0-9a-f]{64}")) {
        throw new AssertionError("took " + text + " for " + printed);
      }
    } catch (MalformedIdException e) {
      if (text.matches("[0-9a-f]{64}")) {
        throw new AssertionError("refused " + text, e);
      }
    }
  }

  @FuzzTest(maxDuration = "30s")
  void rawId_roundTrips(byte[] raw) {
    try {
      if (!Arrays.equals(AccountId.of(raw).toBytes(), raw)) {
        throw new AssertionError("changed the bytes");
      }
    } catch (MalformedIdException e) {
      if (raw.length == Digest.BYTES) {
        throw new AssertionError("refused 32 bytes", e);
      }
    }
  }

  /** A size and a number of segments from the chain lead to a plan or to a refusal. */
  @FuzzTest(maxDuration = "30s")
  void manifestOfAnySize_canBePlannedOrIsRefused(FuzzedDataProvider data) {
    long sizeBytes =
        data.consumeBoolean() ? data.consumeLong(1, Layout.MAX_FILE_BYTES) : data.consumeLong();
    int segments = data.consumeInt(0, 1002);
    long start = data.consumeLong(0, Layout.MAX_FILE_BYTES);
    long length = data.consumeLong(1, Layout.MAX_FILE_BYTES);
    Manifest manifest;
    try {
      manifest =
          Manifest.of(FidRule.FLAT, sizeBytes, Collections.nCopies(segments, Files.segment(1, 12)));
    } catch (IllegalArgumentException e) {
      return;
    }
    for (StoredForm form : StoredForm.values()) {
      if (manifest.fits(form)) {
        long plainBytes = form.plainBytes(sizeBytes);
        new ByteRange(start, length)
            .within(plainBytes)
            .ifPresent(
                range -> {
                  ByteRange stored = form.storedRange(plainBytes, range);
                  RangePlan plan = new RangePlan(manifest.storedBytes(form), stored);
                  if (plan.slices().get(plan.slices().size() - 1).segment() >= segments) {
                    throw new AssertionError("planned a segment that is not there");
                  }
                });
      }
    }
  }
}
