package io.tributary.content.erasure;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/** Looks for the SIMD engine without linking to the incubator module it needs. */
final class VectorEngine {
  private static final String MODULE = "jdk.incubator.vector";
  private static final String STRIP = "io.tributary.content.erasure.SimdStrip";

  /** An empty strip of the engine, if this JVM has it. */
  static final Optional<Strip> PROTOTYPE;

  /** Why there is no such strip, if there is none. */
  static final Optional<String> OBSTACLE;

  static {
    Optional<Strip> prototype = Optional.empty();
    Optional<String> obstacle = Optional.empty();
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      obstacle = Optional.of("start the JVM with --add-modules " + MODULE);
    } else if (!optimises(System.getProperty("java.vm.info", ""))) {
      obstacle = Optional.of("start the JVM with its optimising compiler");
    } else {
      try {
        Class<? extends Strip> type = Class.forName(STRIP).asSubclass(Strip.class);
        prototype = Optional.of(type.getDeclaredConstructor().newInstance());
      } catch (InvocationTargetException e) {
        obstacle = Optional.of(String.valueOf(e.getCause()));
      } catch (ReflectiveOperationException | LinkageError e) {
        obstacle = Optional.of("this release of " + MODULE + " does not fit: " + e);
      }
    }
    PROTOTYPE = prototype;
    OBSTACLE = obstacle;
  }

  private VectorEngine() {}

  /** Only HotSpot's second compiler knows vectors; without it they are objects. */
  private static boolean optimises(String virtualMachineInfo) {
    return !virtualMachineInfo.contains("interpreted mode")
        && !virtualMachineInfo.contains("emulated-client");
  }
}
