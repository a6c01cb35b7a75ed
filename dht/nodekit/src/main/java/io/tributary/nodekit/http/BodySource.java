package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
   * Returns where the bytes of this source stand in a file, if they do, all or all but some at the
   * ends. The server then has the kernel send them, and does not call {@link #next}. Asked at most
   * once, before the first piece is.
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
   * Bytes in a file, and those before and after them. The kernel may read the file's pages for as
   * long as it likes, also after {@link #close}.
   *
   * @param before what is sent first; its reference goes to the caller
   * @param file the file
   * @param position where the first byte of the file that is sent stands
   * @param fileBytes how many bytes of the file are sent
   * @param after what is sent last; its reference goes to the caller
   */
  record FileStretch(ByteBuf before, Path file, long position, long fileBytes, ByteBuf after) {
    /** Bytes in a file alone. */
    public FileStretch(Path file, long position, long fileBytes) {
      this(Unpooled.EMPTY_BUFFER, file, position, fileBytes, Unpooled.EMPTY_BUFFER);
    }

    /** How many bytes there are in all. */
    public long lengthBytes() {
      return before.readableBytes() + fileBytes + after.readableBytes();
    }

    /** Lets go of the bytes that are not in the file. */
    void release() {
      before.release();
      after.release();
    }
  }
}
