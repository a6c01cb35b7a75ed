package io.tributary.nodekit.http;

import java.util.Optional;
import java.util.function.Function;

/**
 * What all connections of a server share.
 *
 * @param handler answers the requests
 * @param limits what clients may ask
 * @param cors what other web sites may do
 * @param problems makes problems of the handler's failures; empty for what it does not know
 * @param metrics counts
 * @param date the Date header
 * @param traceIds names exchanges
 * @param quick answers simple requests past the handler
 */
record ServerParts(
    Handler handler,
    HttpLimits limits,
    Optional<CorsPolicy> cors,
    Function<Throwable, Optional<HttpProblem>> problems,
    HttpMetrics metrics,
    DateField date,
    TraceIds traceIds,
    Optional<QuickHandler> quick) {}
