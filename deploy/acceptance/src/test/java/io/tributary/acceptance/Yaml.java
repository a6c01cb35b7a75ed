package io.tributary.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads YAML, with anchors and merge keys put in. */
public final class Yaml {
  private Yaml() {}

  /** Returns a file as JSON has it. */
  public static JsonNode read(Path file) throws IOException {
    try (Reader in = Files.newBufferedReader(file)) {
      Object tree = new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions())).load(in);
      return new ObjectMapper().valueToTree(tree);
    }
  }
}
