package io.tributary.retriever.engine;

/**
 * What an engine does at a moment.
 *
 * @param streams reads that have not ended
 * @param races segments that are being fetched
 * @param fetches fragments and ranges that are being fetched
 * @param heldBytes memory for fragments that is taken
 * @param maxHeldBytes the most that may be
 * @param waitingForMemory segments that wait for such memory
 * @param usefulBytes fetched since the start because somebody asked for them
 * @param extraBytes fetched since the start, by spares and hedges, for nothing
 * @param cachedBytes delivered since the start from the engine's own cache
 * @param knownFiles files whose manifest is remembered
 * @param chunkTrees fragments whose ranges can be verified
 * @param isOutage whether most of everything fails at the moment
 */
public record EngineStatus(
    int streams,
    int races,
    int fetches,
    long heldBytes,
    long maxHeldBytes,
    int waitingForMemory,
    long usefulBytes,
    long extraBytes,
    long cachedBytes,
    long knownFiles,
    long chunkTrees,
    boolean isOutage) {}
