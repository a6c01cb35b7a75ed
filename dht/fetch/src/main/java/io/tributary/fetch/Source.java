package io.tributary.fetch;

/**
 * One that may have a fragment.
 *
 * @param kind what it is
 * @param name who it is, unique within its kind: a peer id, a base URL, an account
 */
public record Source(SourceKind kind, String name) {
  /** The longest name. */
  public static final int MAX_NAME_CHARS = 512;

  public Source {
    if (name.isEmpty() || name.length() > MAX_NAME_CHARS) {
      throw new IllegalArgumentException("a source's name of " + name.length() + " characters");
    }
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }
}
