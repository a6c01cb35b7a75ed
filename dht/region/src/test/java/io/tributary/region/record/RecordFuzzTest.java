package io.tributary.region.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** That every decoder either refuses bytes or has read exactly those. */
class RecordFuzzTest {

  @FuzzTest
  void signedRecord(byte[] bytes) {
    try {
      SignedRecord record = SignedRecord.open(bytes);
      assertThat(record.toBytes()).isEqualTo(bytes);
    } catch (RefusedException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }

  /** Past the signature, which a fuzzer cannot guess. */
  @FuzzTest
  void payload(byte[] bytes) {
    try {
      CacherRecord record = CacherRecord.decode(bytes);
      assertThat(CacherRecord.decode(record.encode())).isEqualTo(record);
    } catch (RefusedException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }

  @FuzzTest
  void accusation(byte[] bytes) {
    try {
      assertThat(Accusation.open(bytes).toBytes()).isEqualTo(bytes);
    } catch (RefusedException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }
}
