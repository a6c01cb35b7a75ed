package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A source that is opened when its first byte is wanted, and so not at all for HEAD. */
final class LazySource implements BodySource {
  private final Supplier<BodySource> opener;
  private @Nullable BodySource opened;

  LazySource(Supplier<BodySource> opener) {
    this.opener = opener;
  }

  @Override
  public CompletionStage<Optional<ByteBuf>> next() {
    return opened().next();
  }

  @Override
  public Optional<FileStretch> file() {
    return opened().file();
  }

  @Override
  public void addLateHeaders(HttpHeaders headers) {
    opened().addLateHeaders(headers);
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.close();
    }
  }

  private BodySource opened() {
    BodySource source = opened;
    if (source == null) {
      source = opener.get();
      opened = source;
    }
    return source;
  }
}
