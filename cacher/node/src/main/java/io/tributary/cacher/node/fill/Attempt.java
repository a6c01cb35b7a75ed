package io.tributary.cacher.node.fill;

import io.tributary.cacher.node.upstream.Upstream;
import io.tributary.fetch.guard.Permit;
import io.tributary.libp2p.time.Timekeeper.Timer;
import java.util.Optional;

/** One fetch of a flight from one upstream. Touched under the flight's lock. */
final class Attempt {
  final Upstream upstream;
  final Permit permit;
  final long beganNanos;

  /** How many bytes have come; those that were here already are compared, the rest written. */
  int position;

  /** When the first byte came; 0 while none has. */
  long firstByteNanos;

  /** How many bytes had come when the speed was judged last. */
  int judgedBytes;

  /** Whether any of its bytes were written. */
  boolean hasWritten;

  /** Whether it sends other bytes than are here: it or who wrote those lies. */
  boolean isInConflict;

  Optional<Upstream.Cancellation> cancellation = Optional.empty();
  Optional<Timer> watch = Optional.empty();

  Attempt(Upstream upstream, Permit permit, long beganNanos) {
    this.upstream = upstream;
    this.permit = permit;
    this.beganNanos = beganNanos;
  }
}
