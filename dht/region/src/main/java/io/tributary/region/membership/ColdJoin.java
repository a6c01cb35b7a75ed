package io.tributary.region.membership;

import io.tributary.libp2p.time.Timekeeper;
import io.tributary.region.Region;
import io.tributary.region.gossip.Contact;
import io.tributary.region.gossip.GossipMessage.Snapshot;
import io.tributary.region.gossip.GossipMessage.SnapshotRequest;
import io.tributary.region.gossip.GossipNetwork;
import io.tributary.region.record.SignedRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The download of a region's records from one member, page by page; from the next one if it fails.
 * Not thread-safe.
 */
final class ColdJoin {
  /** How long a page may take. */
  static final Duration PAGE_WITHIN = Duration.ofSeconds(15);

  /** How many contacts are tried before the directory is asked again. */
  static final int MAX_CONTACTS = 16;

  /** How many pages one contact may send. */
  static final int MAX_PAGES = 256;

  private final Region region;
  private final GossipNetwork network;
  private final Timekeeper time;
  private final Runnable joined;
  private final Runnable failed;
  private final ArrayDeque<Contact> contacts = new ArrayDeque<>();
  private @Nullable Contact current;
  private Timekeeper.@Nullable Timer deadline;
  private long next;
  private int pages;

  ColdJoin(
      Region region, GossipNetwork network, Timekeeper time, Runnable joined, Runnable failed) {
    this.region = region;
    this.network = network;
    this.time = time;
    this.joined = joined;
    this.failed = failed;
  }

  void begin(List<Contact> found) {
    contacts.clear();
    found.stream().limit(MAX_CONTACTS).forEach(contacts::add);
    nextContact();
  }

  boolean isRunning() {
    return current != null;
  }

  private void nextContact() {
    stop();
    current = contacts.poll();
    next = 0;
    pages = 0;
    if (current == null) {
      failed.run();
    } else {
      request(current);
    }
  }

  private void request(Contact from) {
    deadline = time.after(PAGE_WITHIN, () -> giveUp(from));
    network.send(from, new SnapshotRequest(region, next), () -> giveUp(from));
  }

  private void giveUp(Contact from) {
    if (from.equals(current)) {
      nextContact();
    }
  }

  void onPage(Contact from, Snapshot page) {
    Contact asked = current;
    if (asked == null || !asked.peer().equals(from.peer())) {
      return;
    }
    List<SignedRecord> records = page.records();
    if (page.busy() || (next == 0 && records.isEmpty())) {
      // Not even the contact itself is in its region: it knows no more than this node.
      nextContact();
      return;
    }
    // Refused records are left out of a page, so its end is known by the largest that was not.
    long largest = next;
    for (SignedRecord record : records) {
      if (Long.compareUnsigned(record.key(), largest) > 0) {
        largest = record.key();
      }
    }
    if (page.last()) {
      stop();
      current = null;
      joined.run();
    } else if (records.isEmpty() || largest == -1L || ++pages == MAX_PAGES) {
      nextContact();
    } else {
      stop();
      next = largest + 1;
      request(asked);
    }
  }

  void stop() {
    Timekeeper.Timer timer = deadline;
    if (timer != null) {
      timer.cancel();
      deadline = null;
    }
  }
}
