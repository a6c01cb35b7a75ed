package io.tributary.nodekit.http;

import java.net.InetSocketAddress;

/**
 * A GET of HTTP/1.1 of one range, with nothing in it that would change the answer.
 *
 * @param path letters, digits, {@code / . _ -} only, without a query
 * @param range the bytes that are wanted, as the client gave them
 * @param remote the other end of the connection
 * @param id what the answer is called
 */
public record QuickRequest(String path, ByteSpan range, InetSocketAddress remote, ExchangeId id) {}
