package io.tributary.region;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The name of a part of the world, from wide to narrow: {@code eu}, {@code eu-west}, {@code
 * eu-west-3}.
 *
 * <pre>
 *   region = part *( "-" part )     1 to 4 parts, at most 32 characters
 *   part   = 1*15( a-z / 0-9 )      the first begins with a letter
 * </pre>
 *
 * Each region but the widest lies in its {@linkplain #parent parent}. A cacher chooses its region
 * itself, so a region is a hint that callers check by measuring round-trip times.
 *
 * @param name the name
 */
public record Region(String name) implements Comparable<Region> {
  /** The longest name. */
  public static final int MAX_CHARS = 32;

  /** The longest part of a name. */
  public static final int MAX_PART_CHARS = 15;

  /** The most parts of a name. */
  public static final int MAX_LEVELS = 4;

  /**
   * Checks the name.
   *
   * @throws MalformedRegionException if it is not a region's
   */
  public Region {
    if (name.isEmpty() || name.length() > MAX_CHARS) {
      throw new MalformedRegionException(
          "a region has 1 to " + MAX_CHARS + " characters, this has " + name.length());
    }
    int parts = 1;
    int partChars = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '-') {
        if (partChars == 0) {
          throw new MalformedRegionException("part " + parts + " of a region is empty");
        }
        parts++;
        partChars = 0;
      } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9' && i > 0)) {
        partChars++;
      } else {
        throw new MalformedRegionException(
            "character "
                + i
                + " of a region is none of a-z, 0-9 and '-', or a digit that begins it");
      }
      if (partChars > MAX_PART_CHARS) {
        throw new MalformedRegionException(
            "a part of a region has at most " + MAX_PART_CHARS + " characters");
      }
    }
    if (partChars == 0) {
      throw new MalformedRegionException("part " + parts + " of a region is empty");
    }
    if (parts > MAX_LEVELS) {
      throw new MalformedRegionException(
          "a region has at most " + MAX_LEVELS + " parts, this has " + parts);
    }
  }

  /** Returns how many parts the name has: 1 for the widest regions. */
  public int level() {
    int level = 1;
    for (int dash = name.indexOf('-'); dash >= 0; dash = name.indexOf('-', dash + 1)) {
      level++;
    }
    return level;
  }

  /** Returns the region one level wider, if there is one. */
  public Optional<Region> parent() {
    int dash = name.lastIndexOf('-');
    return dash < 0 ? Optional.empty() : Optional.of(new Region(name.substring(0, dash)));
  }

  /** Returns this region and those it lies in, the widest first. */
  public List<Region> levels() {
    List<Region> levels = new ArrayList<>(MAX_LEVELS);
    for (int dash = name.indexOf('-'); dash >= 0; dash = name.indexOf('-', dash + 1)) {
      levels.add(new Region(name.substring(0, dash)));
    }
    levels.add(this);
    return List.copyOf(levels);
  }

  /** Returns the widest region this lies in. */
  public Region widest() {
    int dash = name.indexOf('-');
    return dash < 0 ? this : new Region(name.substring(0, dash));
  }

  /** Tells whether a region is this one or lies in it. */
  public boolean contains(Region other) {
    return other.name.startsWith(name)
        && (other.name.length() == name.length() || other.name.charAt(name.length()) == '-');
  }

  @Override
  public int compareTo(Region other) {
    return name.compareTo(other.name);
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return name;
  }
}
