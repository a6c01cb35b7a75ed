package io.tributary.launcher.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.status.Status;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The program's own logging configuration. */
final class LogFormatTest {
  private static String said(String format) throws Exception {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("TRIBUTARY_LOG_FORMAT", format);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream usual = System.err;
    System.setErr(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(context);
      configurator.doConfigure(
          Objects.requireNonNull(LogFormatTest.class.getResource("/logback.xml")));
      context.getLogger("cacher.node").info("serving region {}", "eu-west");
      // Logback tells all it did, line by line, if there is anything to warn of.
      assertThat(context.getStatusManager().getCopyOfStatusList())
          .noneMatch(status -> status.getEffectiveLevel() > Status.INFO);
      context.getLogger("some.library").info("nobody wants to know");
    } finally {
      context.stop();
      System.setErr(usual);
    }
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  @Test
  void text_isALineForPeople() throws Exception {
    assertThat(said("text"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\S+Z INFO  node serving region eu-west");
  }

  @Test
  void json_isAnObjectALine() throws Exception {
    JsonNode line = new ObjectMapper().readTree(said("json"));

    assertThat(line.path("level").asText()).isEqualTo("INFO");
    assertThat(line.path("loggerName").asText()).isEqualTo("cacher.node");
    assertThat(line.path("formattedMessage").asText()).isEqualTo("serving region eu-west");
    assertThat(line.path("timestamp").asLong()).isPositive();
  }
}
