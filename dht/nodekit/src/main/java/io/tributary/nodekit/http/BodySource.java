package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where the bytes of a response come from: the server asks for the next piece whenever the client's
 * connection takes more, so a slow client slows its source down.
 *
 * <p>The first piece is asked for before the status line leaves: if it fails, the client gets an
 * error instead of a broken answer.
 *
 * <p>The server calls it from one event loop, never before the stage of the last {@link #next} is
 * complete, except for {@link #close}, which may come at any time. Stages may complete on any
 * thread.
 */
public interface BodySource {
  /**
   * Asks for the next piece.
   *
   * @return the piece, whose reference goes to the caller, or empty after the last one; fails if
   *     the bytes cannot be had. It must not block.
   */
  CompletionStage<Optional<ByteBuf>> next();

  /**
   * Returns where all bytes of this source stand in a file, if they do. The server then may have
   * the kernel send them, and not call {@link #next}.
   */
  default Optional<FileStretch> file() {
    return Optional.empty();
  }

  /** Adds headers that are known once the first piece is there, such as Server-Timing. */
  default void addLateHeaders(HttpHeaders headers) {}

  /**
   * Says that no more is wanted: all was sent, the client is gone, or something failed. Called
   * exactly once; pieces that were handed out stay valid until they are released. A {@link #next}
   * that is under way may complete in any way.
   */
  void close();

  /**
   * Bytes in a file.
   *
   * @param file the file
   * @param position where the first byte stands
   * @param lengthBytes how many there are
   */
  record FileStretch(Path file, long position, long lengthBytes) {}
}
