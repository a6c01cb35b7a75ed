package io.tributary.cacher.store.chronicle;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.ThreadIdGen;
import org.jetbrains.kotlinx.lincheck.strategy.managed.modelchecking.ModelCheckingOptions;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Threads fill, pin, check, doom and close one piece of memory at once: whatever they are told must
 * be what some order of their calls, one after another, would have told them. So exactly one of
 * them gives the memory back, and not while another has a pin.
 *
 * <p>Nothing is done before the threads begin: most of what could be is the end of the memory, and
 * then there is nothing left to find.
 *
 * <p>More with {@code -Dtributary.lincheck.scenarios=500}, as nightly.
 */
public final class PinCountLincheckTest {
  private static final int SCENARIOS = Integer.getInteger("tributary.lincheck.scenarios", 20);
  private static final int INTERLEAVINGS = 50;
  private static final int INVOCATIONS = 300;
  private static final int MAX_THREADS = 8;

  private final PinCount count = PinCount.pinned();
  private final AtomicBoolean isFilling = new AtomicBoolean(true);
  private final int[] held = new int[MAX_THREADS];

  /** Gives the filler's pin back, whoever comes first; true if the memory goes back with it. */
  @Operation
  public boolean endFill() {
    return isFilling.compareAndSet(true, false) && count.unpin();
  }

  @Operation
  public boolean pin(@Param(gen = ThreadIdGen.class) int thread) {
    return taken(thread, count.pin());
  }

  @Operation
  public boolean pinIfChecked(@Param(gen = ThreadIdGen.class) int thread) {
    return taken(thread, count.pinIfChecked());
  }

  private boolean taken(int thread, boolean isTaken) {
    if (isTaken) {
      held[thread % MAX_THREADS]++;
    }
    return isTaken;
  }

  /** Gives a pin back, if this thread has one; true if the memory goes back with it. */
  @Operation
  public boolean unpin(@Param(gen = ThreadIdGen.class) int thread) {
    if (held[thread % MAX_THREADS] == 0) {
      return false;
    }
    held[thread % MAX_THREADS]--;
    return count.unpin();
  }

  @Operation
  public void setChecked() {
    count.setChecked();
  }

  @Operation
  public String doom() {
    return count.doom().name();
  }

  @Operation
  public boolean close() {
    return count.close();
  }

  /** The same, of one thread at a time: plain fields that say what is meant. */
  public static final class OneAtATime {
    private final int[] held = new int[MAX_THREADS];
    private int pins = 1;
    private boolean isFilling = true;
    private boolean isChecked;
    private boolean isDoomed;
    private boolean isClosed;

    public boolean pin(int thread) {
      if (isDoomed || isClosed) {
        return false;
      }
      pins++;
      held[thread % MAX_THREADS]++;
      return true;
    }

    public boolean endFill() {
      if (!isFilling) {
        return false;
      }
      isFilling = false;
      pins--;
      return pins == 0 && (isDoomed || isClosed);
    }

    public boolean pinIfChecked(int thread) {
      return isChecked && pin(thread);
    }

    public boolean unpin(int thread) {
      if (held[thread % MAX_THREADS] == 0) {
        return false;
      }
      held[thread % MAX_THREADS]--;
      pins--;
      return pins == 0 && (isDoomed || isClosed);
    }

    public void setChecked() {
      isChecked = true;
    }

    public String doom() {
      if (isDoomed || isClosed) {
        return PinCount.Doom.ALREADY.name();
      }
      isDoomed = true;
      return (pins == 0 ? PinCount.Doom.NOW : PinCount.Doom.LATER).name();
    }

    public boolean close() {
      isClosed = true;
      return pins > 0;
    }
  }

  @Test
  void pinsTakenAndGivenBack_interleavedStepByStep_areAsIfOneAfterAnother() {
    LinChecker.check(
        PinCountLincheckTest.class,
        new ModelCheckingOptions()
            .sequentialSpecification(OneAtATime.class)
            .iterations(SCENARIOS)
            .invocationsPerIteration(INTERLEAVINGS)
            .actorsBefore(0)
            .threads(2)
            .actorsPerThread(4)
            .actorsAfter(2));
  }

  @Test
  void pinsTakenAndGivenBack_byThreadsAtOnce_areAsIfOneAfterAnother() {
    LinChecker.check(
        PinCountLincheckTest.class,
        new StressOptions()
            .sequentialSpecification(OneAtATime.class)
            .iterations(SCENARIOS)
            .invocationsPerIteration(INVOCATIONS)
            .actorsBefore(0)
            .threads(3)
            .actorsPerThread(4)
            .actorsAfter(2));
  }
}
