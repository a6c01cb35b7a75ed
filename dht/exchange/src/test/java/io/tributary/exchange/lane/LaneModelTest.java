package io.tributary.exchange.lane;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A million operations of both sides' conversation, over 20 seeds, with a look at all bounds after
 * each.
 */
final class LaneModelTest {
  private static final int STEPS = 50_000;
  private static final int CALM_TRANSFERS = 100;
  private static final int STALLED_TRANSFERS = 30;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void bothBoundsHold_whateverGetsLostDoubledOrLate(long seed) {
    LaneWorld world = new LaneWorld(seed);
    for (int step = 0; step < STEPS; step++) {
      world.step();
      world.check("seed " + seed + ", step " + step);
    }
    world.stall("seed " + seed + ", behind one that does not move", STALLED_TRANSFERS);
    world.calm("seed " + seed + ", in the end", CALM_TRANSFERS);
    world.check("seed " + seed + ", in the end");
  }
}
