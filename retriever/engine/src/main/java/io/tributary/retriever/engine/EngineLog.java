package io.tributary.retriever.engine;

import io.tributary.content.Fid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the engine tells its operator. */
public final class EngineLog {
  private static final Logger LOG = LoggerFactory.getLogger("tributary.engine");

  private EngineLog() {}

  public static void raceFailed(int segment, Fid file, Throwable bug) {
    LOG.error("a bug of ours: the race for segment {} of {} failed", segment, file, bug);
  }

  public static void raceNotEnded(Throwable bug) {
    LOG.error("a bug of ours: a race that failed could not be ended in order", bug);
  }

  public static void notAsked(Object source, Throwable bug) {
    LOG.warn("{} could not be asked", source, bug);
  }

  public static void wrongBytes(Object source, Fid file) {
    LOG.warn("{} sent wrong bytes of file {}", source, file);
  }

  public static void notCached(Object fragment, Throwable why) {
    LOG.warn("fragment {} was not cached", fragment, why);
  }

  public static void notLocated(Object fragment, Throwable why) {
    LOG.warn("sources of {} cannot be looked for", fragment, why);
  }
}
