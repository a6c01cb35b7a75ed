package io.tributary.retriever.node;

import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.Region;
import io.tributary.region.gossip.Contact;
import io.tributary.region.membership.RegionDirectory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Some members of a region to ask for homes, looked up in the directory now and again. Thread-safe.
 */
final class RegionMembers implements AutoCloseable {
  /** How often one looks while nobody is known. */
  static final Duration WHILE_NONE = Duration.ofSeconds(2);

  /** How often one looks otherwise. */
  static final Duration WHILE_SOME = Duration.ofSeconds(30);

  private static final int TRIES_BEFORE_COMPLAINT = 10;

  private final RegionDirectory directory;
  private final Region region;
  private final PeerId self;
  private final Random random;
  private final ScheduledExecutorService timers;
  private volatile List<Contact> members = List.of();
  private volatile ScheduledFuture<?> next;
  private final CompletableFuture<Integer> some = new CompletableFuture<>();
  private volatile boolean isClosed;
  private int tries;

  RegionMembers(
      RegionDirectory directory,
      Region region,
      PeerId self,
      Random random,
      ScheduledExecutorService timers) {
    this.directory = directory;
    this.region = region;
    this.self = self;
    this.random = random;
    this.timers = timers;
    this.next = timers.schedule(this::look, 0, TimeUnit.MILLISECONDS);
  }

  /** Returns who is known, in an order of chance so that none is asked by all. */
  List<Contact> now() {
    List<Contact> shuffled = new ArrayList<>(members);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  /** Completed with how many are known once there are any; never cancelled. */
  CompletableFuture<Integer> some() {
    return some.copy();
  }

  private void look() {
    directory.find(region, this::found);
  }

  private void found(List<Contact> contacts) {
    List<Contact> others =
        contacts.stream().filter(contact -> !contact.peer().equals(self)).toList();
    if (!others.isEmpty()) {
      members = others;
      tries = 0;
      some.complete(others.size());
    } else if (++tries == TRIES_BEFORE_COMPLAINT) {
      RetrieverLog.noMembers(region.name());
    }
    if (!isClosed) {
      Duration pause = members.isEmpty() ? WHILE_NONE : WHILE_SOME;
      next = timers.schedule(this::look, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    next.cancel(false);
  }
}
