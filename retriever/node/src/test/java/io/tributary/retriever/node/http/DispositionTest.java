package io.tributary.retriever.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DispositionTest {
  @Test
  void strangersName_cannotBreakTheHeaderOrLeaveTheDirectory() {
    assertThat(Disposition.of("inline", "../a\"b\r\nX: y"))
        .isEqualTo(
            "inline; filename=\"_a_b__X: y\"; filename*=UTF-8''_a%22b__X%3A%20y");
    assertThat(Disposition.cleaned("")).isEqualTo("file");
    assertThat(Disposition.cleaned("...")).isEqualTo("file");
    assertThat(Disposition.cleaned("\u202etxt.exe")).isEqualTo("txt.exe");
    assertThat(Disposition.cleaned("x".repeat(1000))).hasSize(200);
  }

  @Test
  void types_followTheEnding() {
    assertThat(MediaTypes.of("A.MP4")).isEqualTo("video/mp4");
    assertThat(MediaTypes.of("mp4")).isEqualTo("video/mp4");
    assertThat(MediaTypes.of("a.unknown")).isEqualTo("application/octet-stream");
  }
}
