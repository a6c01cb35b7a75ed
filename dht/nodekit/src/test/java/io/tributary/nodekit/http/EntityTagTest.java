package io.tributary.nodekit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntityTagTest {
  private static final EntityTag TAG = new EntityTag("a,b");

  @ParameterizedTest
  @ValueSource(strings = {"*", "\"a,b\"", "W/\"a,b\"", "\"x\" , \"a,b\"", ",\"x\",W/\"a,b\""})
  void ifNoneMatch_thatNamesTheTag_matches(String header) {
    assertThat(TAG.isNamedBy(header)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a,b", "\"a\"", "\"a,b", "\"a,b\"x", "w/\"a,b\"", "\"x\"\"a,b\""})
  void ifNoneMatch_thatDoesNot_doesNot(String header) {
    assertThat(TAG.isNamedBy(header)).isFalse();
  }

  @Test
  void weakTags_countForIfNoneMatchOnly() {
    assertThat(TAG.isStronglyNamedBy("W/\"a,b\"")).isFalse();
    assertThat(TAG.isStronglyNamedBy("\"a,b\"")).isTrue();
    assertThat(TAG.is("W/\"a,b\"")).isFalse();
    assertThat(TAG.is(" \"a,b\"")).isTrue();
    assertThat(TAG.is("Sat, 21 Nov 2026 16:00:00 GMT")).isFalse();
  }

  @Test
  void quoteInATag_isRefused() {
    assertThatThrownBy(() -> new EntityTag("a\"b")).isInstanceOf(IllegalArgumentException.class);
  }
}
