package io.tributary.origin.upstream;

import java.util.concurrent.Flow;

/** A subscription that brings nothing: the stand-in where there is none yet, or none any more. */
enum InertSubscription implements Flow.Subscription {
  /** The only one. */
  INSTANCE;

  @Override
  public void request(long n) {}

  @Override
  public void cancel() {}
}
