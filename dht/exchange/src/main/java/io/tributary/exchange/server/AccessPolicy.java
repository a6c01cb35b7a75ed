package io.tributary.exchange.server;

import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.Status;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;

/** Who is served, and for what. Called on event loops, so it must not block; thread-safe. */
@FunctionalInterface
public interface AccessPolicy {
  /** Everybody who pays. */
  AccessPolicy PAID = (peer, request) -> new Admission.Paid();

  /** What is decided. */
  sealed interface Admission {
    /** Served for money. */
    record Paid() implements Admission {}

    /** Served for nothing, whatever the request says of payment. */
    record Gift() implements Admission {}

    /**
     * Not served.
     *
     * @param status why; not {@code OK}
     * @param retryAfter how long to wait before asking again; zero says nothing
     */
    record Refused(Status status, Duration retryAfter) implements Admission {}
  }

  /** Decides about a request. */
  Admission admit(PeerId peer, FragmentRequest request);
}
