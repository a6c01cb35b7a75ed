package io.tributary.cacher.store.hot;

import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import java.util.Optional;

/** A name and a footprint: all that the judge looks at. */
record FakeFragment(FragmentHash hash, long footprint) implements StoredFragment {
  static FakeFragment of(long number) {
    return new FakeFragment(hashOf(number), 100);
  }

  static FragmentHash hashOf(long number) {
    return new FragmentHash(new Digest(number * 0x9e3779b97f4a7c15L, number, 0, 1));
  }

  @Override
  public int length() {
    return (int) footprint;
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
