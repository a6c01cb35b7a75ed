package io.tributary.retriever.node;

import java.util.ArrayDeque;
import java.util.Deque;

/** Parts of a node that were started, to be closed in the opposite order. Not thread-safe. */
final class StartedParts implements AutoCloseable {
  /** A part that can be ended. */
  interface Part {
    /** Ends it. */
    void close() throws Exception;
  }

  private final Deque<Part> parts = new ArrayDeque<>();

  /** Adds a part that was started. */
  <T extends AutoCloseable> T add(T part) {
    parts.push(part::close);
    return part;
  }

  /** Adds what is to be done at the end. */
  void atEnd(Part ending) {
    parts.push(ending);
  }

  /** Closes all, also when some fail. */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("a part of the node did not close", e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
