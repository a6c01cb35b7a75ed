package io.tributary.acceptance.containers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.acceptance.Yaml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the compose file says of its services, with the shared parts put in.
 *
 * @param services by name, in the file's order
 */
record ComposeFile(Map<String, Service> services) {
  ComposeFile {
    services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
  }

  /**
   * A service.
   *
   * @param said all that the file says of it
   */
  record Service(String name, JsonNode said) {
    String image() {
      return said.path("image").asText();
    }

    List<String> list(String key) {
      List<String> texts = new ArrayList<>();
      said.path(key).forEach(each -> texts.add(each.asText()));
      return texts;
    }

    Map<String, String> environment() {
      Map<String, String> variables = new LinkedHashMap<>();
      said.path("environment")
          .properties()
          .forEach(each -> variables.put(each.getKey(), each.getValue().asText()));
      return variables;
    }

    List<String> healthTest() {
      List<String> words = new ArrayList<>();
      said.path("healthcheck").path("test").forEach(each -> words.add(each.asText()));
      return words;
    }

    /** What it waits for to be healthy. */
    List<String> after() {
      List<String> names = new ArrayList<>();
      said.path("depends_on").fieldNames().forEachRemaining(names::add);
      return names;
    }

    private Service withOneMoreCacher() {
      ObjectNode more = said.deepCopy();
      ArrayNode command = more.arrayNode();
      list("command").forEach(word -> command.add(word.replace("--cachers=2", "--cachers=3")));
      more.set("command", command);
      return new Service(name, more);
    }

    long memoryBytes() {
      String text = said.path("mem_limit").asText();
      long number = Long.parseLong(text.substring(0, text.length() - 1));
      return number << (text.endsWith("g") ? 30 : 20);
    }
  }

  Service service(String name) {
    Service service = services.get(name);
    if (service == null) {
      throw new IllegalArgumentException("no service " + name);
    }
    return service;
  }

  /** The one in {@code deploy/compose}. */
  static ComposeFile read() throws IOException {
    return read(Path.of("..", "compose", "compose.yml"));
  }

  /**
   * The same with one cacher more, which is like the first but keeps its state in memory of a
   * certain size instead of a volume.
   */
  ComposeFile withSmallCacher(String name, String quota, int mebibytes) {
    Map<String, Service> all = new LinkedHashMap<>();
    services.forEach((each, service) -> all.put(each, service.withOneMoreCacher()));
    ObjectNode small = service("cacher-0").said().deepCopy();
    small.set("command", renamed(small.path("command"), name));
    small.set("volumes", small.arrayNode().add("network:/network:ro"));
    small
        .withArray("tmpfs")
        .add("/var/lib/tributary:uid=990,gid=990,mode=0700,size=" + mebibytes + "m");
    small.withObject("environment").put("TRIBUTARY_CACHER_STORE__QUOTA", quota);
    all.put(name, new Service(name, small));
    return new ComposeFile(all);
  }

  private static ArrayNode renamed(JsonNode words, String name) {
    ArrayNode renamed = JsonNodeFactory.instance.arrayNode();
    words.forEach(word -> renamed.add(word.asText().replace("cacher-0", name)));
    return renamed;
  }

  private static ComposeFile read(Path file) throws IOException {
    Map<String, Service> services = new LinkedHashMap<>();
    Yaml.read(file)
        .path("services")
        .properties()
        .forEach(each -> services.put(each.getKey(), new Service(each.getKey(), each.getValue())));
    return new ComposeFile(services);
  }
}
