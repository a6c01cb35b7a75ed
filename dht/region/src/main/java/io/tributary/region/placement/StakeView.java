package io.tributary.region.placement;

import io.tributary.region.record.CacherRecord;

/**
 * What cachers have staked, as seen at one finalised point of the chain, so that all nodes see the
 * same. Thread-safe and quick: it answers from memory.
 */
@FunctionalInterface
public interface StakeView {

  /** Nobody has a stake. */
  StakeView NONE = record -> 0;

  /**
   * Returns for how many bytes of capacity a cacher's stake stands.
   *
   * @return bytes; 0 if it has no stake
   */
  long allowedBytes(CacherRecord record);
}
