package io.tributary.retriever.engine.race;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.content.Layout;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.fetch.absence.Outage;
import io.tributary.fetch.budget.ExtraBytes;
import io.tributary.fetch.guard.SourceGuards;
import io.tributary.fetch.score.SourceScores;
import io.tributary.retriever.engine.EngineMetrics;
import io.tributary.retriever.engine.EngineRuntime;
import io.tributary.retriever.engine.EngineSettings;
import io.tributary.retriever.engine.cache.FragmentCache;
import io.tributary.retriever.engine.chunk.ChunkTrees;
import io.tributary.retriever.engine.chunk.LaterTrees;
import io.tributary.retriever.engine.file.FileBook;
import io.tributary.retriever.engine.memory.FragmentMemory;
import io.tributary.retriever.engine.source.FragmentProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all races of an engine share.
 *
 * @param providers who finds sources
 * @param cache where whole fragments go
 * @param trees where their chunk trees go
 * @param laterTrees those that are made when there is time
 * @param book where files lie
 * @param memory what races hold their bytes in
 * @param scores what sources have shown
 * @param ranking whom to ask first
 * @param doubts whom not to rely on
 * @param guards whom not to ask
 * @param extra what spares and hedges may cost
 * @param outage whether most of everything fails
 * @param code decodes
 * @param settings the limits
 * @param memoryWait how long one waits for memory
 * @param runtime threads and time
 * @param metrics told of what happens
 * @param fetches how many fetches are under way
 * @param aftercare how many fragments are being cached, or hashed for their trees
 */
public record RaceParts(
    List<FragmentProvider> providers,
    FragmentCache cache,
    ChunkTrees trees,
    LaterTrees laterTrees,
    FileBook book,
    FragmentMemory memory,
    SourceScores scores,
    Ranking ranking,
    Doubts doubts,
    SourceGuards guards,
    ExtraBytes extra,
    Outage outage,
    ErasureCode code,
    EngineSettings.Racing settings,
    Duration memoryWait,
    EngineRuntime runtime,
    EngineMetrics metrics,
    AtomicInteger fetches,
    AtomicInteger aftercare) {

  private static final ByteBuf ZEROS =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(Layout.FRAGMENT_BYTES, Layout.FRAGMENT_BYTES)
              .writeZero(Layout.FRAGMENT_BYTES)
              .asReadOnly());

  /** As many zeros as are wanted, which nobody needs to release. */
  public static ByteBuf zeros(int bytes) {
    return ZEROS.slice(0, bytes);
  }

  long now() {
    return runtime.nanoTime().getAsLong();
  }
}
