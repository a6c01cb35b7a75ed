package io.tributary.retriever.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.tributary.nodekit.http.BodySource;
import io.tributary.retriever.node.access.ClientBudgets;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A body whose end gives back what the client's request took of its budget.
 *
 * @param source the body
 * @param lease closed with it
 */
record LeasedSource(BodySource source, ClientBudgets.Lease lease) implements BodySource {
  @Override
  public CompletionStage<Optional<ByteBuf>> next() {
    return source.next();
  }

  @Override
  public Optional<FileStretch> file() {
    return source.file();
  }

  @Override
  public void addLateHeaders(HttpHeaders headers) {
    source.addLateHeaders(headers);
  }

  @Override
  public void close() {
    try {
      source.close();
    } finally {
      lease.close();
    }
  }
}
