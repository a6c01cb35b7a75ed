package io.tributary.nodekit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFormTest {
  @Test
  void rightAnswers_areReturned() {
    ConfigForm form =
        ConfigForm.parse("a.toml", "name = \"x\"\n[cache]\nsize = 7\nlist = [\"1\", \"2\"]\n");
    assertThat(form.text("name")).isEqualTo("x");
    assertThat(form.integer("cache.size", 1, 10)).isEqualTo(7);
    assertThat(form.integer("cache.age", 1, 10, 3)).isEqualTo(3);
    assertThat(form.list("cache.list", 1, 2, Integer::valueOf)).containsExactly(1, 2);
    assertThat(form.optionalText("cache.note")).isEmpty();
    assertThat(form.flag("cache.on", true)).isTrue();
    form.finish();
  }

  @Test
  void severalMistakes_areReportedTogetherWithTheirPlaces() {
    ConfigForm form =
        ConfigForm.parse("a.toml", "[cache]\nsize = 70\nlist = [\"1\", \"two\"]\nsise = 3\n");
    assertThat(form.integer("cache.size", 1, 10)).isEqualTo(70);
    form.list("cache.list", 1, 2, Integer::valueOf);
    form.text("cache.name");
    ConfigException e = catchThrowableOfType(ConfigException.class, form::finish);
    assertThat(e.mistakes())
        .extracting(ConfigMistake::toString)
        .containsExactly(
            "a.toml:2:1 cache.size: 70 is not between 1 and 10",
            "a.toml:3:14 cache.list: \"two\" For input string: \"two\"",
            "a.toml cache.name: is missing",
            "a.toml:4:1 cache.sise: is not a known key; did you mean cache.size?");
  }

  @Test
  void keyUnlikeAnyKnown_getsNoHint() {
    ConfigForm form = ConfigForm.parse("a.toml", "zebra = 1\n");
    form.optionalText("cache.name");
    assertThatThrownBy(form::finish).hasMessage("a.toml:1:1 zebra: is not a known key");
  }

  @Test
  void placeholders_areRefusedWhateverIsAskedFor() {
    ConfigForm form =
        ConfigForm.parse(
            "f", "a = \"<the number>\"\nb = [\"x\", \"<an address>\"]\nc = \"<text>\"");

    assertThat(form.integer("a", 1, 2)).isEqualTo(1);
    assertThat(form.list("b", 1, 2, text -> text)).containsExactly("x");
    assertThat(form.text("c")).isEmpty();

    assertThatThrownBy(form::finish)
        .isInstanceOfSatisfying(
            ConfigException.class,
            e -> {
              assertThat(e.mistakes())
                  .extracting(ConfigMistake::key)
                  .containsExactly("a", "b", "c");
              assertThat(e.mistakes())
                  .allSatisfy(each -> assertThat(each.problem()).contains("is a placeholder"));
            });
  }

  @Test
  void wrongType_isNamed() {
    ConfigForm form =
        ConfigForm.parse("a.toml", "a = 1\nb = \"x\"\nc = 4\nd = [1]\ne = \"q\"\nf = 1\n");
    form.text("a");
    form.integer("b", 0, 9);
    form.list("c", 0, 9, String::valueOf);
    form.list("d", 0, 9, String::valueOf);
    form.optionalValue(
        "e",
        text -> {
          throw new IllegalArgumentException("is no size");
        });
    form.flag("f", false);
    assertThatThrownBy(form::finish)
        .hasMessage(
            String.join(
                "\n",
                List.of(
                    "a.toml:1:1 a: is not a text in quotes",
                    "a.toml:2:1 b: is not a whole number",
                    "a.toml:3:1 c: is not a list of texts",
                    "a.toml:4:6 d: is not a text",
                    "a.toml:5:1 e: \"q\" is no size",
                    "a.toml:6:1 f: is not true or false")));
  }

  @Test
  void textThatIsNotToml_isRefusedWithItsPlace() {
    ConfigForm form = ConfigForm.parse("a.toml", "name = \n");
    assertThatThrownBy(form::finish)
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("a.toml:1:");
  }

  @Test
  void hugeFile_isNotRead(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("big.toml");
    Files.writeString(file, "#".repeat(ConfigForm.MAX_FILE_BYTES + 1), StandardCharsets.UTF_8);
    assertThatThrownBy(() -> ConfigForm.read(file)).hasMessageContaining("at most");
  }
}
