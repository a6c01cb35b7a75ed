package io.tributary.region.record;

import io.tributary.region.RegionMetrics;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The rules by which a record from a peer is believed: the right signature, a place in time, an
 * address that can be reached. What is refused is counted. Thread-safe.
 */
public final class RecordRules {
  private final InstantSource clock;
  private final AddressScope scope;
  private final RegionMetrics metrics;

  /**
   * @param clock the time by which records hold
   * @param scope which addresses are worth keeping
   * @param metrics counts what is refused
   */
  public RecordRules(InstantSource clock, AddressScope scope, RegionMetrics metrics) {
    this.clock = clock;
    this.scope = scope;
    this.metrics = metrics;
  }

  /**
   * Reads a record, checks it and leaves out addresses that cannot be reached.
   *
   * @param envelope bytes that a peer sent
   * @throws RefusedException if the record is not believed; it has been counted
   */
  public SignedRecord open(byte[] envelope) {
    try {
      return admit(SignedRecord.open(envelope));
    } catch (RefusedException e) {
      metrics.refused(e.reason());
      throw e;
    }
  }

  /** Does the same, with nothing for a record that is not believed; it has been counted. */
  public Optional<SignedRecord> tryOpen(byte[] envelope) {
    try {
      return Optional.of(admit(SignedRecord.open(envelope)));
    } catch (RefusedException e) {
      metrics.refused(e.reason());
      return Optional.empty();
    }
  }

  private SignedRecord admit(SignedRecord signed) {
    signed.record().validity().requireAt(clock.instant());
    SignedRecord reachable = signed.reachableIn(scope);
    int dropped = signed.record().addresses().size() - reachable.record().addresses().size();
    for (int i = 0; i < dropped; i++) {
      metrics.addressDropped();
    }
    if (reachable.record().addresses().isEmpty() && !reachable.record().leaving()) {
      throw new RefusedException(
          Refusal.NO_ROUTABLE_ADDRESS, signed.record().peer() + " has no address to dial");
    }
    return reachable;
  }

  /** Returns the clock. */
  public InstantSource clock() {
    return clock;
  }

  /** Counts what else was refused. */
  public void refuse(Refusal reason) {
    metrics.refused(reason);
  }
}
