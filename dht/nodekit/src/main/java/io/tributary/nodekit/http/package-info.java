/**
 * An HTTP server on Netty for HTTP/1.1 and HTTP/2, plain and TLS: {@link
 * io.tributary.nodekit.http.HttpServer} gives each {@link io.tributary.nodekit.http.Request} to a
 * {@link io.tributary.nodekit.http.Handler} (mostly a {@link io.tributary.nodekit.http.Router}) and
 * sends its {@link io.tributary.nodekit.http.Response} as fast as the client reads it.
 *
 * <p>What is the same for all content lives here too: byte ranges and conditional requests ({@link
 * io.tributary.nodekit.http.Representation}), errors that say what to do ({@link
 * io.tributary.nodekit.http.HttpProblem}), CORS, limits and timeouts.
 */
@NullMarked
package io.tributary.nodekit.http;

import org.jspecify.annotations.NullMarked;
