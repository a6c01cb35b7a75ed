package io.tributary.region.membership;

import io.tributary.libp2p.time.Timekeeper;
import io.tributary.region.placement.Placement;
import io.tributary.region.placement.StakeView;
import io.tributary.region.record.SignedRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The placement of a node's region, kept up to date with its membership. Thread-safe; reading it
 * costs one volatile read.
 */
public final class RegionView {
  /** How long changes are collected before the placement is computed anew. */
  public static final Duration COLLECT = Duration.ofMillis(500);

  private final Membership membership;
  private final StakeView stakes;
  private final Timekeeper time;
  private final Executor computing;
  private boolean busy;
  private boolean changed;
  private volatile Placement placement;

  /**
   * Follows a membership; to be made before that starts.
   *
   * @param stakes what members have staked
   * @param time the membership's
   * @param computing where placements are computed, which takes milliseconds for thousands of
   *     members
   */
  public RegionView(Membership membership, StakeView stakes, Timekeeper time, Executor computing) {
    this.membership = membership;
    this.stakes = stakes;
    this.time = time;
    this.computing = computing;
    this.placement = Placement.of(membership.region(), List.of(), stakes);
    membership.listener(this::onChanged);
  }

  private void onChanged() {
    if (busy) {
      changed = true;
    } else {
      busy = true;
      time.after(COLLECT, this::collect);
    }
  }

  private void collect() {
    changed = false;
    List<SignedRecord> members = membership.members();
    computing.execute(
        () -> {
          placement = Placement.of(membership.region(), members, stakes);
          time.execute(this::onComputed);
        });
  }

  /** Only now may the next one begin, so that an older placement never replaces a newer. */
  private void onComputed() {
    busy = false;
    if (changed) {
      onChanged();
    }
  }

  /** Computes the placement anew because stakes have changed. */
  public void onStakesChanged() {
    time.execute(this::onChanged);
  }

  /** Returns the placement as of a moment ago. */
  public Placement placement() {
    return placement;
  }
}
