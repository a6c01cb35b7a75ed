package io.tributary.bench.store;

import io.tributary.bench.store.StoreReport.Hits;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.cacher.store.hot.Admission;
import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import java.util.Optional;

/** Which share of requests the store's judge would have answered, and which the best possible. */
final class HitRatio {
  private static final int KEYS = 100_000;
  private static final int REQUESTS = 1_000_000;
  private static final double ONCE_SHARE = 0.25;

  /** Room for a twentieth of what is asked for again and again. */
  private static final int ROOM = KEYS / 20;

  /** The room that the store keeps for fills, as it does with its usual options. */
  private static final int FILLS = 64;

  private HitRatio() {}

  /** A fragment of which only the name matters. */
  private record Named(FragmentHash hash) implements StoredFragment {
    static FragmentHash hash(long name) {
      return new FragmentHash(new Digest(name * 0x9e37_79b9_7f4a_7c15L, name, 0, 0));
    }

    @Override
    public int length() {
      return Layout.FRAGMENT_BYTES;
    }

    @Override
    public long footprint() {
      return Layout.FRAGMENT_BYTES;
    }

    @Override
    public boolean isChecked() {
      return true;
    }

    @Override
    public Optional<Pin> pin() {
      return Optional.empty();
    }

    @Override
    public Verdict check() {
      return Verdict.RIGHT;
    }

    @Override
    public boolean remove() {
      return true;
    }
  }

  static Hits measure(double alpha) {
    return measure(alpha, ZipfTrace.requests(alpha, KEYS, REQUESTS, ONCE_SHARE, 1), ROOM);
  }

  static Hits measure(double alpha, long[] requests, int room) {
    int fills = Math.max(1, Math.min(FILLS, room / 16));
    long kept = (long) room - fills;
    Admission admission = new Admission(kept * Layout.FRAGMENT_BYTES, 0, kept, gone -> {});
    long hits = 0;
    long started = System.nanoTime();
    for (long name : requests) {
      FragmentHash hash = Named.hash(name);
      if (admission.use(hash).isPresent()) {
        hits++;
      } else {
        admission.admit(new Named(hash));
      }
    }
    double nanos = (double) (System.nanoTime() - started) / requests.length;
    double all = requests.length;
    return new Hits(
        alpha,
        hits / all,
        Belady.hits(requests, room) / all,
        Belady.lruHits(requests, room) / all,
        nanos);
  }
}
