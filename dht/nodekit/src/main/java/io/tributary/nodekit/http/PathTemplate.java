package io.tributary.nodekit.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The paths of a route: literal segments and placeholders, as {@code /file/{fid}.meta4}. A
 * placeholder stands for one segment, or for what comes before a literal ending of it.
 */
final class PathTemplate {
  private record Part(String name, String ending, String literal) {
    boolean isLiteral() {
      return name.isEmpty();
    }

    /** Literals first, then the longest ending. */
    int weight() {
      return isLiteral() ? Integer.MAX_VALUE : ending.length();
    }
  }

  private final String text;
  private final List<Part> parts = new ArrayList<>();

  PathTemplate(String text) {
    this.text = text;
    for (String segment : segments(text)) {
      int close = segment.indexOf('}');
      if (segment.startsWith("{") && close > 1) {
        parts.add(new Part(segment.substring(1, close), segment.substring(close + 1), ""));
      } else {
        parts.add(new Part("", "", segment));
      }
    }
  }

  /** Returns the decoded placeholders if the path is one of these. */
  Optional<Map<String, String>> match(List<String> path) {
    if (path.size() != parts.size()) {
      return Optional.empty();
    }
    Map<String, String> found = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      String segment = path.get(i);
      if (part.isLiteral()) {
        if (!segment.equals(part.literal())) {
          return Optional.empty();
        }
      } else if (segment.endsWith(part.ending()) && segment.length() > part.ending().length()) {
        String value = segment.substring(0, segment.length() - part.ending().length());
        found.put(part.name(), QueryStringDecoder.decodeComponent(value.replace("+", "%2B")));
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(found);
  }

  /** Orders templates so that the first match is the most literal one. */
  static int moreLiteralFirst(PathTemplate one, PathTemplate other) {
    for (int i = 0; i < Math.min(one.parts.size(), other.parts.size()); i++) {
      int order = Integer.compare(other.parts.get(i).weight(), one.parts.get(i).weight());
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  static List<String> segments(String path) {
    return List.of(path.substring(path.startsWith("/") ? 1 : 0).split("/", -1));
  }

  @Override
  public String toString() {
    return text;
  }
}
