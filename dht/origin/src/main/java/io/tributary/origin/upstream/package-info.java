/**
 * What the HTTP clients of CESS share: endpoints, guarded calls, bodies with limits, and errors.
 *
 * <p>Start at {@link io.tributary.origin.upstream.UpstreamCaller}. One call is one or more attempts
 * at one endpoint:
 *
 * <pre>{@code
 * UpstreamCaller -> GuardedCall     the future the caller holds; retries, overall deadline
 *                     -> Guard      per endpoint: places, circuit breaker
 *                     -> Exchange   one HTTP exchange; what a failure means
 *                          -> Attempt, Watchdog    who waits for whom, and for how long
 *                          -> BodyRelay, SmallBody where the answer's bytes go
 * }</pre>
 */
@NullMarked
package io.tributary.origin.upstream;

import org.jspecify.annotations.NullMarked;
