package io.tributary.nodekit.http;

import io.netty.handler.codec.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A request as it came from the wire.
 *
 * @param head its head; of a request that could not be read, whatever there is
 * @param body its content
 * @param refusal why it cannot be answered; the connection ends after saying so
 */
record Incoming(HttpRequest head, ByteBuffer body, Optional<HttpProblem> refusal) {}
