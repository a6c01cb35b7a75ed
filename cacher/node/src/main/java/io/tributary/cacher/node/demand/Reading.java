package io.tributary.cacher.node.demand;

/** One who reads a fragment here. */
@FunctionalInterface
public interface Reading {
  /** Counts bytes that were handed to the reader. Called on event loops: count and return. */
  void sent(int bytes);
}
