package io.tributary.kademlia.routing;

import io.tributary.kademlia.message.Contact;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Peers at one distance class, the least recently useful first, and those that wait for a place.
 */
final class Bucket {

  /** A peer of the table. */
  static final class Entry {
    Contact contact;
    long[] blocks;
    long usefulNanos;
    int strikes;

    Entry(Contact contact, long[] blocks, long usefulNanos) {
      this.contact = contact;
      this.blocks = blocks;
      this.usefulNanos = usefulNanos;
    }

    boolean isIn(long block) {
      for (long own : blocks) {
        if (own == block) {
          return true;
        }
      }
      return false;
    }
  }

  final List<Entry> entries = new ArrayList<>(4);

  /** The newest last. */
  final List<Contact> replacements = new ArrayList<>(0);

  @SuppressWarnings("ReferenceEquality") // only to be quick; equality is looked at too
  Optional<Entry> find(PeerId peer) {
    for (Entry entry : entries) {
      PeerId each = entry.contact.peer();
      if (each == peer || (each.hashCode() == peer.hashCode() && each.equals(peer))) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  void toEnd(Entry entry) {
    if (entries.get(entries.size() - 1) != entry) {
      entries.remove(entry);
      entries.add(entry);
    }
  }

  void addReplacement(Contact contact, int most) {
    removeReplacement(contact.peer());
    replacements.add(contact);
    if (replacements.size() > most) {
      replacements.remove(0);
    }
  }

  boolean removeReplacement(PeerId peer) {
    return replacements.removeIf(each -> each.peer().equals(peer));
  }

  boolean hasRoomFor(long[] blocks, int most) {
    for (long block : blocks) {
      int same = 0;
      for (Entry entry : entries) {
        same += entry.isIn(block) ? 1 : 0;
      }
      if (same >= most) {
        return false;
      }
    }
    return true;
  }
}
