package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Yields bytes that tell their place, and notes what the server does with it. */
final class PatternedSource implements BodySource {
  final AtomicLong yieldedBytes = new AtomicLong();
  final AtomicInteger closes = new AtomicInteger();
  private final Executor executor;
  private final long end;
  private final int pieceBytes;
  private long at;

  PatternedSource(Executor executor, ByteSpan span, int pieceBytes) {
    this.executor = executor;
    this.at = span.first();
    this.end = span.end();
    this.pieceBytes = pieceBytes;
  }

  static byte at(long place) {
    return (byte) (place * 31 + (place >> 8) * 7 + (place >> 16));
  }

  static byte[] bytes(long first, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = at(first + i);
    }
    return bytes;
  }

  @Override
  public CompletionStage<Optional<ByteBuf>> next() {
    return CompletableFuture.supplyAsync(
        () -> {
          int length = (int) Math.min(pieceBytes, end - at);
          if (length == 0) {
            return Optional.empty();
          }
          ByteBuf piece = Unpooled.wrappedBuffer(bytes(at, length));
          at += length;
          yieldedBytes.addAndGet(length);
          return Optional.of(piece);
        },
        executor);
  }

  @Override
  public void addLateHeaders(HttpHeaders headers) {
    headers.set("Server-Timing", "first;dur=1");
  }

  @Override
  public void close() {
    closes.incrementAndGet();
  }
}
