package io.tributary.nodekit.http;

import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What all connections of a server share.
 *
 * @param handler answers the requests
 * @param limits what clients may ask
 * @param cors what other web sites may do
 * @param problems makes problems of the handler's failures; empty for what it does not know
 * @param metrics counts
 * @param clock the time of day, for the Date header
 * @param traceIds names exchanges
 */
record ServerParts(
    Handler handler,
    HttpLimits limits,
    Optional<CorsPolicy> cors,
    Function<Throwable, Optional<HttpProblem>> problems,
    HttpMetrics metrics,
    Clock clock,
    Supplier<String> traceIds) {}
