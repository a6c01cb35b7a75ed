package io.tributary.cacher.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.cacher.node.config.CacherConfig.EscrowKind;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.nodekit.config.ConfigException;
import io.tributary.nodekit.config.ConfigForm;
import io.tributary.nodekit.config.Overrides;
import io.tributary.nodekit.config.Setting;
import io.tributary.nodekit.config.Setting.Origin;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CacherConfigFileTest {
  private static final Path HOME = Path.of("/srv/cacher");
  private static final String PAYER = "0x00000000000000000000000000000000000000aa";

  private static CacherConfigFile read(String toml, Map<String, String> overrides) {
    return CacherConfigFile.from(
        ConfigForm.parse("cacher.toml", toml), HOME, Overrides.NONE.withFlags(overrides));
  }

  @Test
  void template_isAConfiguration() {
    CacherConfig config = read(CacherConfigFile.template(), Map.of()).config();
    assertThat(config.network()).isEqualTo(HOME.resolve("network.toml"));
    assertThat(config.store().quotaBytes()).isEqualTo(10L << 30);
    assertThat(config.payment().price()).isEqualTo(PricePerGib.FREE);
    assertThat(config.http()).as("off unless configured").isEmpty();
  }

  @Test
  void everyCommentedKeyOfTheTemplate_isKnown() {
    String all =
        CacherConfigFile.template()
            .lines()
            .map(line -> line.matches("# (\\[[a-z]+\\]|[a-z-]+ = .*)") ? line.substring(2) : line)
            .reduce("", (text, line) -> text + line + "\n");
    CacherConfig config = read(all, Map.of()).config();
    assertThat(config.http()).isPresent();
    assertThat(config.payment().wallet()).isPresent();
    assertThat(config.http().orElseThrow().tls()).isPresent();
  }

  @Test
  void staticEscrow_isReadWithItsAmounts() {
    CacherConfig config =
        read(
                """
                network = "n.toml"
                region = "eu-west"
                [payment]
                price-per-gib = "5"
                escrow = "static"
                static-escrow = ["%s=1000"]
                """
                    .formatted(PAYER),
                Map.of())
            .config();
    assertThat(config.payment().escrow()).isEqualTo(EscrowKind.STATIC);
    assertThat(config.payment().staticEscrow())
        .containsOnly(Map.entry(EvmAddress.parse(PAYER), Amount.of(1000)));
    assertThat(config.payment().siblingCeiling()).isEqualTo(PricePerGib.of(5));
  }

  @Test
  void override_goesBeforeTheFile_andIsShownAsSuch() {
    CacherConfigFile read =
        read(
            "network = \"n.toml\"\nregion = \"eu\"\n[store]\nquota = \"1 GiB\"\n",
            Map.of("store.quota", "2 GiB", "limits.fills", "7", "region", "us-east"));
    assertThat(read.config().store().quotaBytes()).isEqualTo(2L << 30);
    assertThat(read.config().limits().maxFills()).isEqualTo(7);
    assertThat(read.config().region().name()).isEqualTo("us-east");
    assertThat(read.settings())
        .contains(
            new Setting("region", "us-east", Origin.FLAG, "--set region"),
            new Setting("limits.deliveries", "8192", Origin.DEFAULT, ""))
        .anySatisfy(
            setting -> {
              assertThat(setting.key()).isEqualTo("network");
              assertThat(setting.origin()).isEqualTo(Origin.FILE);
            });
  }

  @Test
  void mistakes_areAllToldAtOnce() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    region = "Europe!"
                    [store]
                    quota = "ten"
                    [payment]
                    escrow = "maybe"
                    [limits]
                    fils = 3
                    """,
                    Map.of("limits.fills", "0")))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.getMessage())
                    .contains("network: is missing")
                    .contains("region")
                    .contains("is not a size such as")
                    .contains("neither")
                    .contains("did you mean limits.fills?")
                    .contains("0 is not between 1 and 1024"));
  }

  @Test
  void lists_ofRulesAreTyped() {
    CacherConfig.Rules rules =
        read(
                """
                network = "n.toml"
                region = "eu"
                [rules]
                blocked-files = ["%s"]
                blocked-regions = ["ru", "eu-north"]
                """
                    .formatted("ab".repeat(32)),
                Map.of())
            .config()
            .rules();
    assertThat(rules.blockedFiles()).hasSize(1);
    assertThat(rules.blockedRegions())
        .extracting(Object::toString)
        .isEqualTo(List.of("ru", "eu-north"));
  }
}
