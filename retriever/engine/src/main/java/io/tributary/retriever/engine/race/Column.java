package io.tributary.retriever.engine.race;

import io.netty.buffer.ByteBuf;
import io.tributary.exchange.FragmentName;
import io.tributary.retriever.engine.chunk.ChunkTree;
import io.tributary.retriever.engine.memory.FragmentMemory.Lease;
import io.tributary.retriever.engine.source.FragmentOffer.Fetched;
import io.tributary.retriever.engine.source.FragmentOffer.Judgement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a race knows of one of its twelve columns. Confined to its race. */
final class Column {
  final int index;
  final FragmentName name;
  final Set<Waiter> waiters = new LinkedHashSet<>();
  final List<Attempt> running = new ArrayList<>();

  /** Whether readers will want it soon. */
  boolean isSoon;

  /** Whether it was looked for where nobody needs to be asked. */
  boolean isLookedFor;

  /** Whether it is being cached. */
  boolean isKept;

  /** Whether the cache has taken it. */
  boolean isCached;

  /** By which a stretch of it is verified. */
  @Nullable ChunkTree tree;

  int asks;
  boolean isLocatedTimed;
  @Nullable Candidates candidates;
  @Nullable CompletableFuture<Lease> memory;

  /** The bytes, once they are here. */
  @Nullable ByteBuf present;

  String from = "";

  /** To be told whether the bytes were right, which is not known yet. */
  @Nullable Fetched unjudged;

  @Nullable Candidate unjudgedFrom;

  Column(int index, FragmentName name) {
    this.index = index;
    this.name = name;
  }

  boolean isPresent() {
    return present != null;
  }

  boolean isMissing() {
    return present == null && !waiters.isEmpty();
  }

  /** Whether readers wait for it, or will want it soon. */
  boolean isWanted() {
    return !waiters.isEmpty() || isSoon;
  }

  /** Whether somebody is asked who is not late, nor likely to be. */
  boolean isComing() {
    return running.stream().anyMatch(attempt -> !attempt.isLate && !attempt.isDoubted);
  }

  /** Whether somebody is asked and all are late, or likely to be. */
  boolean isLate() {
    return !running.isEmpty() && !isComing();
  }

  void put(ByteBuf bytes, String source) {
    present = bytes;
    from = source;
  }

  void judge(Judgement judgement) {
    if (unjudged != null) {
      unjudged.judge(judgement);
      unjudged = null;
      unjudgedFrom = null;
    }
  }

  void release() {
    judge(Judgement.UNKNOWN);
    if (present != null) {
      present.release();
      present = null;
    }
  }
}
