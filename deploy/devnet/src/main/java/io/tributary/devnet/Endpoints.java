package io.tributary.devnet;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a node told of itself when it was ready. */
public final class Endpoints {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final JsonNode told;

  Endpoints(String name, JsonNode told) {
    this.name = name;
    this.told = told;
  }

  /** A text that every node of this kind tells. */
  public String text(String field) {
    return optionalText(field)
        .orElseThrow(
            () -> new DevnetException(name + " did not tell its " + field + " but " + told));
  }

  /** A text that it may tell. */
  public Optional<String> optionalText(String field) {
    JsonNode value = told.path(field);
    return value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
  }

  /** An address that every node of this kind tells. */
  public URI uri(String field) {
    return URI.create(text(field));
  }

  /** A list of texts; empty if it tells none. */
  public List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    told.path(field).forEach(each -> texts.add(each.asText()));
    return List.copyOf(texts);
  }

  /** All of it, as JSON values are in Java. */
  Map<String, Object> all() {
    return JSON.convertValue(told, new TypeReference<>() {});
  }

  @Override
  public String toString() {
    return told.toString();
  }
}
