package io.tributary.retriever.engine;

import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What an engine borrows from the program around it, whose it stays.
 *
 * @param computing hashes, decodes, and runs the engine's own short tasks; never an event loop's
 *     thread
 * @param timers ends what takes too long and asks others when somebody is late; its tasks are short
 * @param nanoTime a clock that never goes back
 * @param clock the time of day, for traces
 * @param random for exploring and for the names of traces; safe for use by many threads
 */
public record EngineRuntime(
    Executor computing,
    ScheduledExecutorService timers,
    LongSupplier nanoTime,
    Clock clock,
    RandomGenerator random) {}
