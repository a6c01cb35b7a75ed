package io.tributary.origin.upstream;

import java.net.http.HttpResponse.ResponseInfo;
import java.util.Locale;
import java.util.OptionalLong;

/** Reads what matters of an answer's head. */
public final class Heads {
  private static final int MAX_LENGTH_DIGITS = 18;

  private Heads() {}

  /** Returns the length of the body if the head states one. */
  public static OptionalLong contentLength(ResponseInfo head) {
    return head.headers()
        .firstValue("Content-Length")
        .filter(Heads::isNumber)
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElse(OptionalLong.empty());
  }

  /** Tells whether the body is said to be JSON. */
  public static boolean isJson(ResponseInfo head) {
    return head.headers()
        .firstValue("Content-Type")
        .map(type -> type.toLowerCase(Locale.ROOT).startsWith("application/json"))
        .orElse(false);
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LENGTH_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
