package io.tributary.region.membership;

import io.tributary.region.Region;
import io.tributary.region.gossip.Contact;
import java.util.List;
import java.util.function.Consumer;

/** Where a node that knows no member of a region finds some: in the world's DHT, for one. */
public interface RegionDirectory {

  /**
   * Looks for members of a region.
   *
   * @param found called once, with some of them or none, on any thread
   */
  void find(Region region, Consumer<List<Contact>> found);

  /** Says in the directory that this node is a member of a region, for some hours. */
  void announce(Region region);

  /** Says so no more. What was said runs out by itself, so doing nothing is right too. */
  default void withdraw(Region region) {}

  /** A directory that always names the same members and takes no announcements. */
  static RegionDirectory of(List<Contact> contacts) {
    List<Contact> known = List.copyOf(contacts);
    return new RegionDirectory() {
      @Override
      public void find(Region region, Consumer<List<Contact>> found) {
        found.accept(known);
      }

      @Override
      public void announce(Region region) {}
    };
  }
}
