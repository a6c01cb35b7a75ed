package io.tributary.retriever.engine.race;

import io.tributary.fetch.Source;
import io.tributary.retriever.engine.source.FragmentOffer;
import io.tributary.retriever.engine.source.FragmentProvider;

/** A source that was found for a column, and what has become of asking it. Confined to a race. */
final class Candidate {
  /** How often one is asked that fails without lying. */
  static final int MAX_FAILURES = 2;

  /** How often one is asked that has no time. */
  static final int MAX_BUSY = 20;

  final FragmentOffer offer;
  private final FragmentProvider.Search search;
  private int failures;
  private int busy;
  private boolean isAsked;
  private boolean isUseless;
  private long notBeforeNanos;

  Candidate(FragmentOffer offer, FragmentProvider.Search search, long nowNanos) {
    this.offer = offer;
    this.search = search;
    this.notBeforeNanos = nowNanos;
  }

  Source source() {
    return offer.source();
  }

  /** Whether it may be asked, now or later. */
  boolean isLeft(boolean isLastResort) {
    return !isUseless
        && !isAsked
        && busy < MAX_BUSY
        && failures < (isLastResort ? MAX_FAILURES : 1);
  }

  boolean isDue(long nowNanos) {
    return nowNanos - notBeforeNanos >= 0;
  }

  long notBeforeNanos() {
    return notBeforeNanos;
  }

  void asked() {
    isAsked = true;
  }

  /** The question was taken back, or never asked. */
  void notAsked() {
    isAsked = false;
  }

  /** It has delivered, which makes up for what failed before. */
  void delivered() {
    isAsked = false;
    startOver();
  }

  /** What it did for others does not count; whether it is being asked, or is of no use, does. */
  void startOver() {
    failures = 0;
    busy = 0;
  }

  void failed() {
    isAsked = false;
    failures++;
    search.passOver(source());
  }

  void busyUntil(long nanos) {
    isAsked = false;
    busy++;
    notBeforeNanos = nanos;
    search.passOver(source());
  }

  /** Not asked before some time, which is not its fault. */
  void waitUntil(long nanos) {
    notBeforeNanos = nanos;
  }

  void useless() {
    isUseless = true;
    search.passOver(source());
  }
}
