package io.tributary.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a retriever's trace says of a download, for people. */
final class DemoTrace {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DemoTrace() {}

  /** What a node answers, as JSON. */
  static JsonNode ask(HttpClient http, URI uri) throws IOException, InterruptedException {
    return JSON.readTree(
        http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream()).body());
  }

  /** Asks a retriever: whose bytes were delivered, how its questions ended, what was in vain. */
  static Map<String, Object> of(HttpClient http, URI base, String trace)
      throws IOException, InterruptedException {
    JsonNode told = ask(http, base.resolve("/trace/" + trace));
    Map<String, Object> notes = new LinkedHashMap<>();
    Map<String, String> sources = new TreeMap<>();
    told.path("bytesBySource")
        .properties()
        .forEach(each -> sources.put(each.getKey(), Terminal.bytes(each.getValue().asLong())));
    notes.put("sources", sources);
    Map<String, Integer> outcomes = new TreeMap<>();
    told.path("asks")
        .forEach(each -> outcomes.merge(each.path("outcome").asText(), 1, Integer::sum));
    if (!outcomes.isEmpty()) {
      notes.put("asks", outcomes);
    }
    notes.put("extra", Terminal.bytes(told.path("extraBytes").asLong()));
    return notes;
  }
}
