package io.tributary.retriever.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.nodekit.http.Body;
import io.tributary.nodekit.http.Route;
import io.tributary.retriever.engine.ReadOptions;
import io.tributary.retriever.engine.RetrievalReason;
import io.tributary.retriever.node.MemoryEngine;
import io.tributary.retriever.node.access.AccessLists;
import io.tributary.retriever.node.access.ClientBudgets;
import io.tributary.retriever.node.access.ClientLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class OpenApiTest {
  private static JsonNode document() throws Exception {
    Body.Bytes body = (Body.Bytes) OpenApi.response().body();
    return new ObjectMapper()
        .readTree(StandardCharsets.UTF_8.decode(body.bytes().duplicate()).toString());
  }

  @Test
  void document_hasExactlyTheRoutes() throws Exception {
    FileApi api =
        new FileApi(
            new MemoryEngine(),
            new ApiSettings(
                "1",
                0,
                Optional.empty(),
                List.of(),
                ReadOptions.defaults(),
                AccessLists.OPEN,
                List.of()),
            new ClientBudgets(ClientLimits.defaults(), System::nanoTime),
            Runnable::run,
            Map::of);
    Set<String> documented = new TreeSet<>();
    document().path("paths").fieldNames().forEachRemaining(documented::add);

    assertThat(documented)
        .isEqualTo(
            api.router().routes().stream()
                .map(Route::template)
                .collect(Collectors.toCollection(TreeSet::new)));
    assertThat(api.router().routes()).allMatch(route -> route.method().equals("GET"));
  }

  @Test
  void headersThatAreLookedAt_areAllDocumented() throws Exception {
    JsonNode document = document();
    for (String item : List.of("inline", "attachment")) {
      Set<String> documented = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
      JsonNode of = document.at("/components/pathItems/" + item + "/get/parameters");
      of.forEach(
          each ->
              documented.add(
                  document.at(each.path("$ref").asText().substring(1)).path("name").asText()));

      assertThat(documented)
          .containsAll(List.of(FileApi.LOOKED_AT.split(", ")))
          .contains("Range", "Content-Range", "If-Range", "If-Match", "If-None-Match");
    }
  }

  @Test
  void everyReasonOfTheEngine_isDocumentedUnderItsStatus() throws Exception {
    JsonNode responses = document().at("/components/pathItems/inline/get/responses");
    for (RetrievalReason reason : RetrievalReason.values()) {
      if (reason == RetrievalReason.CANCELLED || reason == RetrievalReason.DEFECT) {
        continue; // Nobody is there to read the one; the other is a 500 of no kind.
      }
      assertThat(responses.path(String.valueOf(reason.httpStatus())).path("description").asText())
          .contains(reason.name());
    }
    document()
        .path("paths")
        .forEach(
            path ->
                assertThat(path.has("$ref") || path.at("/get/responses/200").isObject()).isTrue());
    assertThat(responses.has("default")).isTrue();
  }

  @Test
  void references_leadSomewhere() throws Exception {
    JsonNode document = document();
    Matcher found = Pattern.compile("\"\\$ref\":\"#([^\"]+)\"").matcher(document.toString());
    int count = 0;
    while (found.find()) {
      assertThat(document.at(found.group(1)).isMissingNode()).as(found.group(1)).isFalse();
      count++;
    }
    assertThat(count).isPositive();
  }
}
