package io.tributary.retriever.node;

import io.tributary.libp2p.transport.IoEngine;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The threads and sources of chance that a node borrows; all stay their maker's, who ends them after
 * the node.
 *
 * @param io event loops for HTTP, the overlay and the admin listener
 * @param computing hashes and decodes; as many threads as processors
 * @param callbacks hands on what the chain and storage miners answer; a few threads that are never
 *     kept waiting
 * @param blocking waits for disks and for the engine; many threads
 * @param journals writes the ledger; two threads
 * @param timers ends what takes too long
 * @param clock the time of day
 * @param random for keys and names
 * @param version of this software
 */
public record RetrieverRuntime(
    IoEngine io,
    ExecutorService computing,
    ExecutorService callbacks,
    ExecutorService blocking,
    ExecutorService journals,
    ScheduledExecutorService timers,
    Clock clock,
    SecureRandom random,
    String version) {}
