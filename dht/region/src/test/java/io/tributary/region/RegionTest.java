package io.tributary.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionTest {

  @Test
  void levels_goFromTheWidestToTheRegionItself() {
    Region region = new Region("eu-west-3");
    assertThat(region.levels())
        .isEqualTo(Stream.of("eu", "eu-west", "eu-west-3").map(Region::new).toList());
    assertThat(region.level()).isEqualTo(3);
    assertThat(region.parent()).contains(new Region("eu-west"));
    assertThat(region.widest()).isEqualTo(new Region("eu"));
  }

  @Test
  void widest_hasNoParent() {
    Region region = new Region("eu");
    assertThat(region.parent()).isEmpty();
    assertThat(region.levels()).isEqualTo(List.of(region));
    assertThat(region.widest()).isSameAs(region);
  }

  @Test
  void contains_goesByWholeParts() {
    Region west = new Region("eu-west");
    assertThat(west.contains(west)).isTrue();
    assertThat(west.contains(new Region("eu-west-3"))).isTrue();
    assertThat(west.contains(new Region("eu-western"))).isFalse();
    assertThat(west.contains(new Region("eu"))).isFalse();
    assertThat(new Region("e").contains(new Region("eu"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "eu", "eu-west-3", "a1-2-3-4", "abcdefghijklmno-abcdefghijklmno"})
  void name_ofTheSyntax_isTaken(String name) {
    assertThat(new Region(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "EU",
        "1eu",
        "-eu",
        "eu-",
        "eu--west",
        "eu_west",
        "eu west",
        "eü",
        "a-b-c-d-e",
        "abcdefghijklmnop",
        "abcdefghijklmno-abcdefghijklmno-a",
        "eu\n"
      })
  void name_ofAnotherSyntax_isRefused(String name) {
    assertThatThrownBy(() -> new Region(name)).isInstanceOf(MalformedRegionException.class);
  }
}
