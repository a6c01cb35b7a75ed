package io.tributary.cacher.store.hot;

import io.tributary.cacher.store.Fill;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.cacher.store.hot.StoreMetrics.FillEnd;
import io.tributary.content.FragmentHash;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** A fill whose fragment, when it is there, is put to the judge. */
final class JudgedFill implements Fill {
  private final Fill fill;
  private final StoreMetrics metrics;
  private final Predicate<StoredFragment> judge;
  private final AtomicBoolean hasEnded = new AtomicBoolean();

  JudgedFill(Fill fill, StoreMetrics metrics, Predicate<StoredFragment> judge) {
    this.fill = fill;
    this.metrics = metrics;
    this.judge = judge;
  }

  @Override
  public FragmentHash hash() {
    return fill.hash();
  }

  @Override
  public int length() {
    return fill.length();
  }

  @Override
  public int written() {
    return fill.written();
  }

  @Override
  public void write(ByteBuffer bytes) {
    fill.write(bytes);
  }

  @Override
  public Optional<Pin> pin() {
    return fill.pin();
  }

  @Override
  public Completion complete() {
    if (!hasEnded.compareAndSet(false, true)) {
      return new Completion.Ended();
    }
    Completion end = fill.complete();
    if (end instanceof Completion.Stored stored && !judge.test(stored.fragment())) {
      end = new Completion.Declined();
    }
    metrics.filled(kind(end), written());
    return end;
  }

  private static FillEnd kind(Completion end) {
    if (end instanceof Completion.Stored) {
      return FillEnd.STORED;
    }
    if (end instanceof Completion.Declined) {
      return FillEnd.DECLINED;
    }
    if (end instanceof Completion.WrongHash) {
      return FillEnd.WRONG_HASH;
    }
    return end instanceof Completion.Incomplete ? FillEnd.INCOMPLETE : FillEnd.ABORTED;
  }

  @Override
  public void abort() {
    if (hasEnded.compareAndSet(false, true)) {
      fill.abort();
      metrics.filled(FillEnd.ABORTED, written());
    }
  }
}
