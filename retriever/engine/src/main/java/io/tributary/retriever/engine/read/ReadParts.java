package io.tributary.retriever.engine.read;

import io.tributary.retriever.engine.EngineMetrics;
import io.tributary.retriever.engine.EngineRuntime;
import io.tributary.retriever.engine.cache.FragmentCache;
import io.tributary.retriever.engine.chunk.ChunkTrees;
import io.tributary.retriever.engine.race.Races;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * What all reads of an engine share.
 *
 * @param cache where fragments may be
 * @param trees by which parts of fragments are verified
 * @param races where what is not cached comes from
 * @param runtime threads and time
 * @param metrics told of what happens
 * @param cachedBytes counts what was delivered from the cache
 * @param onEnded told once by each read
 */
public record ReadParts(
    FragmentCache cache,
    ChunkTrees trees,
    Races races,
    EngineRuntime runtime,
    EngineMetrics metrics,
    LongAdder cachedBytes,
    Consumer<FileRead> onEnded) {

  long now() {
    return runtime.nanoTime().getAsLong();
  }
}
