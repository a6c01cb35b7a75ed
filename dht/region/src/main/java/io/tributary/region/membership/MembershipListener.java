package io.tributary.region.membership;

/** Told that a node's members have changed. Called on the timekeeper's thread, often; quick. */
@FunctionalInterface
public interface MembershipListener {

  /** Something has been learned; who the members are may have changed. */
  void onChanged();
}
