package io.tributary.retriever.node.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a client is told to do with content, and what to call it (RFC 6266): an ASCII name for old
 * clients and the whole name as RFC 8187 writes it.
 */
final class Disposition {
  private static final int MAX_NAME_CHARS = 200;
  private static final String SAFE = "!#$&+-.^_`|~";

  private Disposition() {}

  /**
   * Returns the header's value.
   *
   * @param kind {@code inline} or {@code attachment}
   * @param name a stranger's text
   */
  static String of(String kind, String name) {
    String clean = cleaned(name);
    return kind + "; filename=\"" + ascii(clean) + "\"; filename*=UTF-8''" + encoded(clean);
  }

  /** Returns a name without path separators, control characters and leading dots. */
  static String cleaned(String name) {
    StringBuilder clean = new StringBuilder();
    name.codePoints()
        .limit(MAX_NAME_CHARS)
        .map(c -> c == '/' || c == '\\' || Character.isISOControl(c) ? '_' : c)
        .filter(c -> Character.isDefined(c) && Character.getType(c) != Character.FORMAT)
        .filter(c -> Character.getType(c) != Character.SURROGATE)
        .forEach(clean::appendCodePoint);
    while (clean.length() > 0 && clean.charAt(0) == '.') {
      clean.deleteCharAt(0);
    }
    return clean.isEmpty() ? "file" : clean.toString();
  }

  private static String ascii(String name) {
    StringBuilder text = new StringBuilder();
    name.codePoints()
        .forEach(c -> text.append(c < 0x20 || c > 0x7e || c == '"' || c == '%' ? '_' : (char) c));
    return text.toString();
  }

  private static String encoded(String name) {
    StringBuilder text = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if ((c < 0x80 && Character.isLetterOrDigit(c)) || SAFE.indexOf(c) >= 0) {
        text.append(c);
      } else {
        text.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return text.toString();
  }
}
