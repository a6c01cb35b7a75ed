package io.tributary.region.lookup;

import io.tributary.region.Region;
import io.tributary.region.record.SignedRecord;
import java.util.List;

/**
 * The homes of a fragment as one member computed them.
 *
 * <p>That each is a cacher of the level is proven by its record; that these are the right ones in
 * the right order is that member's word.
 *
 * @param level the level in which they were computed
 * @param records of the homes, the first in order first
 */
public record Homes(Region level, List<SignedRecord> records) {
  /** Copies the records. */
  public Homes {
    records = List.copyOf(records);
  }
}
