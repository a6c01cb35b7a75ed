package io.tributary.cacher.store.hot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cacher.store.StoredFragment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdmissionTest {
  private static final int ROOM = 200;

  private final List<StoredFragment> left = new ArrayList<>();

  private Admission admission() {
    return new Admission(ROOM * 100, ROOM * 50, ROOM, left::add);
  }

  /** Asks for a fragment as a node does: a use if it is here, else a fill. */
  private static boolean ask(Admission admission, long number) {
    boolean isHit = admission.use(FakeFragment.hashOf(number)).isPresent();
    if (!isHit) {
      admission.admit(FakeFragment.of(number));
    }
    return isHit;
  }

  private static long bytes(Admission admission) {
    return admission.fragments().stream().mapToLong(StoredFragment::footprint).sum();
  }

  private static void heat(Admission admission, int hot) {
    for (int round = 0; round < 8; round++) {
      for (int i = 0; i < hot; i++) {
        ask(admission, i);
      }
    }
  }

  private static long here(Admission admission, int hot) {
    long here = 0;
    for (int i = 0; i < hot; i++) {
      here += admission.peek(FakeFragment.hashOf(i)).isPresent() ? 1 : 0;
    }
    return here;
  }

  @Test
  void neverHoldsMoreThanItMay_andTellsOfAllWhoLeave() {
    Admission admission = admission();
    Set<StoredFragment> admitted = new HashSet<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 5000; i++) {
      FakeFragment fragment = new FakeFragment(FakeFragment.hashOf(i), 1 + random.nextInt(400));
      boolean stays = admission.admit(fragment);
      admitted.add(fragment);
      assertThat(stays).isEqualTo(admission.peek(fragment.hash()).isPresent());
      assertThat(bytes(admission)).isLessThanOrEqualTo(ROOM * 100);
    }
    assertThat(left).doesNotHaveDuplicates();
    assertThat(left.size() + admission.fragments().size()).isEqualTo(admitted.size());
  }

  @Test
  void scan_doesNotFlushTheHotSet() {
    Admission admission = admission();
    int hot = ROOM * 8 / 10;
    heat(admission, hot);
    for (int i = 0; i < 20 * ROOM; i++) {
      ask(admission, 1_000_000 + i);
    }
    assertThat(here(admission, hot)).isGreaterThan(hot * 95L / 100);
  }

  @Test
  void frequency_survivesARestart_soThatAScanAfterItDoesNotFlushEither() {
    Admission before = admission();
    int hot = ROOM * 8 / 10;
    heat(before, hot);
    for (int i = 0; i < 2 * ROOM; i++) {
      ask(before, 1_000_000 + i);
    }
    List<HotSet.Standing> standings =
        HotSet.decode(HotSet.encode(before.standings())).orElseThrow();

    Admission after = admission();
    after.takeUp(new ArrayList<>(before.fragments()), standings);
    assertThat(after.fragments()).hasSameElementsAs(before.fragments());
    for (int i = 0; i < 20 * ROOM; i++) {
      ask(after, 2_000_000 + i);
    }
    assertThat(here(after, hot)).isGreaterThan(hot * 95L / 100);

    Admission forgetful = admission();
    forgetful.takeUp(new ArrayList<>(before.fragments()), List.of());
    for (int i = 0; i < 20 * ROOM; i++) {
      ask(forgetful, 2_000_000 + i);
    }
    assertThat(here(forgetful, hot)).as("without its memory").isLessThan(hot * 95L / 100);
  }

  @Test
  void usesOfWhatLeft_areRemembered_ofTheLatestOnly_andOnce() {
    FormerUses former = new FormerUses(2);
    former.remember(FakeFragment.hashOf(1), 3);
    former.remember(FakeFragment.hashOf(2), 4);
    former.remember(FakeFragment.hashOf(1), 5);
    former.remember(FakeFragment.hashOf(3), 6);
    assertThat(former.take(FakeFragment.hashOf(2))).isZero();
    assertThat(former.take(FakeFragment.hashOf(1))).isEqualTo(5);
    assertThat(former.take(FakeFragment.hashOf(1))).isZero();
    assertThat(former.take(FakeFragment.hashOf(3))).isEqualTo(6);
  }

  @Test
  void newFavourites_replaceOldOnes() {
    Admission admission = admission();
    heat(admission, ROOM);
    for (int round = 0; round < 60; round++) {
      for (int i = 0; i < ROOM / 2; i++) {
        ask(admission, 5_000 + i);
      }
    }
    long here = 0;
    for (int i = 0; i < ROOM / 2; i++) {
      here += admission.peek(FakeFragment.hashOf(5_000 + i)).isPresent() ? 1 : 0;
    }
    assertThat(here).isGreaterThan(ROOM * 45L / 100);
  }

  @Test
  void kept_staysWhateverIsAskedFor_andCountsAgainstTheRest() {
    Admission admission = admission();
    for (int i = 0; i < 50; i++) {
      assertThat(admission.keep(FakeFragment.hashOf(i))).isTrue();
      admission.admit(FakeFragment.of(i));
    }
    assertThat(admission.keptBytes()).isEqualTo(5000);
    for (int i = 0; i < 10 * ROOM; i++) {
      ask(admission, 1_000_000 + i);
      assertThat(bytes(admission)).isLessThanOrEqualTo(ROOM * 100);
    }
    assertThat(here(admission, 50)).isEqualTo(50);

    for (int i = 0; i < 50; i++) {
      admission.unkeep(FakeFragment.hashOf(i));
    }
    assertThat(admission.keptBytes()).isZero();
    heat(admission, 0);
    for (int round = 0; round < 9; round++) {
      for (int i = 0; i < ROOM; i++) {
        ask(admission, 3_000_000 + i);
      }
    }
    assertThat(here(admission, 50)).isLessThan(50);
  }

  @Test
  void keptAlreadyHere_staysToo_upToItsPart() {
    Admission admission = admission();
    for (int i = 0; i < ROOM; i++) {
      admission.admit(FakeFragment.of(i));
    }
    long kept = 0;
    for (int i = 0; i < ROOM; i++) {
      kept += admission.keep(FakeFragment.hashOf(i)) ? 1 : 0;
    }
    assertThat(kept).isEqualTo(ROOM / 2);
    assertThat(admission.keptBytes()).isEqualTo(ROOM * 50);
    assertThat(bytes(admission)).isLessThanOrEqualTo(ROOM * 100);
    assertThat(admission.forget(FakeFragment.hashOf(0))).isPresent();
    assertThat(admission.keptBytes()).isEqualTo(ROOM * 50 - 100);
  }

  @Test
  void forgettingAnOldFragment_leavesTheNewOneOfTheSameHash() {
    Admission admission = admission();
    FakeFragment old = FakeFragment.of(1);
    FakeFragment young = new FakeFragment(old.hash(), 101);
    admission.admit(old);
    admission.forget(old);
    admission.admit(young);
    admission.forget(old);
    assertThat(admission.peek(old.hash()).orElseThrow()).isSameAs(young);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void zipf_isServedBetterThanByTheLeastRecentlyUsed(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Admission admission = admission();
    java.util.LinkedHashMap<Long, Boolean> lru =
        new java.util.LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(java.util.Map.Entry<Long, Boolean> eldest) {
            return size() > ROOM;
          }
        };
    int hits = 0;
    int lruHits = 0;
    for (int i = 0; i < 60_000; i++) {
      // Half of the requests are for something nobody asks for again.
      long number =
          random.nextBoolean() ? 1_000_000_000L + i : (long) Math.pow(5000, random.nextDouble());
      hits += ask(admission, number) ? 1 : 0;
      lruHits += lru.put(number, true) != null ? 1 : 0;
    }
    assertThat(hits).as("seed " + seed).isGreaterThan(lruHits);
  }
}
