package io.tributary.cacher.store.chronicle;

/**
 * What a store found when it was opened.
 *
 * @param kind in what state the file was
 * @param fragments how many fragments are there
 * @param dropped how many entries were given up: fills that were not complete, fragments that had
 *     been removed while pinned, and damaged ones
 */
public record Opening(Kind kind, int fragments, int dropped) {
  /** In what state a store's file can be. */
  public enum Kind {
    /** There was none. */
    CREATED,
    /** It was closed in order. */
    CLEAN,
    /** The process had ended in the middle of things; the map's books were put in order. */
    RECOVERED,
    /** The map's books were beyond repair; all fragments are lost and a new file was made. */
    REPLACED
  }
}
