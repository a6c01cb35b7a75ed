package io.tributary.cacher.node.http;

import io.netty.buffer.ByteBuf;
import io.tributary.cacher.node.http.AccessTokens.Allowance;
import io.tributary.cacher.node.serve.CachedFragments;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Pin.FileSpan;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.server.FragmentBody;
import io.tributary.exchange.server.FragmentBody.Progress;
import io.tributary.exchange.server.FragmentSource.Answer;
import io.tributary.exchange.server.HeldFragment;
import io.tributary.exchange.server.PinnedBuf;
import io.tributary.nodekit.http.BodySource;
import io.tributary.nodekit.http.ByteSpan;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a fragment, from the store or as it comes. HTTP has no last word on what was sent,
 * so the last bytes are held back until the whole fragment is known to be right: a client never has
 * all of an answer that is wrong.
 */
final class FragmentStream implements BodySource {
  /** The largest piece. */
  static final int PIECE_BYTES = 256 << 10;

  /** So many bytes at the end wait for the fragment's hash. */
  static final int HELD_BACK_BYTES = 16 << 10;

  /** For less the kernel need not be asked. */
  static final int MIN_FILE_BYTES = 1 << 20;

  private final CachedFragments fragments;
  private final FragmentName name;
  private final ByteSpan span;
  private final Optional<Allowance> allowance;
  private long sentBytes;
  private boolean hasTaken;
  private boolean isClosed;
  private @Nullable FragmentBody body;

  FragmentStream(
      CachedFragments fragments, FragmentName name, ByteSpan span, Optional<Allowance> allowance) {
    this.fragments = fragments;
    this.name = name;
    this.span = span;
    this.allowance = allowance;
  }

  /**
   * A fragment that is here goes by the kernel where its pages may be sent by reference, but for
   * its ends. With a token bytes are counted as they leave, so there it does not.
   */
  @Override
  public Optional<FileStretch> file() {
    if (span.lengthBytes() < MIN_FILE_BYTES || allowance.isPresent()) {
      return Optional.empty();
    }
    Optional<Pin> taken = fragments.take(name, span.lengthBytes());
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    Pin pin = taken.get();
    PinnedBuf whole = new PinnedBuf(pin.bytes(), pin::close);
    synchronized (this) {
      body = HeldFragment.of(whole);
    }
    return pin.sendable().flatMap(sendable -> stretch(pin, sendable, whole));
  }

  /** Cuts the span in three: before, within and after what may be sent by reference. */
  private Optional<FileStretch> stretch(Pin pin, FileSpan sendable, ByteBuf whole) {
    long start = pin.file().map(FileSpan::position).orElse(sendable.position());
    int first = (int) Math.max(span.first(), sendable.position() - start);
    int end = (int) Math.min(span.end(), sendable.position() - start + sendable.length());
    if (end - first < MIN_FILE_BYTES) {
      return Optional.empty();
    }
    synchronized (this) {
      sentBytes = span.lengthBytes();
    }
    return Optional.of(
        new FileStretch(
            whole.retainedSlice((int) span.first(), first - (int) span.first()),
            sendable.file(),
            start + first,
            end - first,
            whole.retainedSlice(end, (int) span.end() - end)));
  }

  @Override
  public CompletionStage<Optional<ByteBuf>> next() {
    FragmentBody from;
    synchronized (this) {
      if (sentBytes == span.lengthBytes()) {
        return CompletableFuture.completedStage(Optional.empty());
      }
      from = body;
      if (!hasTaken && allowance.isPresent() && !allowance.get().tryTake(span.lengthBytes())) {
        return CompletableFuture.failedStage(Problems.spent());
      }
      hasTaken = true;
    }
    if (from != null) {
      return piece(from);
    }
    return fragments.find(name).thenCompose(this::onAnswer);
  }

  private CompletionStage<Optional<ByteBuf>> onAnswer(Answer answer) {
    if (answer instanceof Answer.Found found) {
      synchronized (this) {
        if (!isClosed) {
          body = found.body();
          return piece(found.body());
        }
      }
      found.body().close();
      return CompletableFuture.failedStage(new CancellationException("the client has gone"));
    }
    return CompletableFuture.failedStage(Problems.of((Answer.Missing) answer));
  }

  private CompletionStage<Optional<ByteBuf>> piece(FragmentBody from) {
    CompletableFuture<Optional<ByteBuf>> piece = new CompletableFuture<>();
    read(from, piece);
    return piece;
  }

  /** Reads what can be read, or waits until more can. */
  private void read(FragmentBody from, CompletableFuture<Optional<ByteBuf>> piece) {
    Optional<ByteBuf> bytes;
    synchronized (this) {
      if (isClosed) {
        piece.completeExceptionally(new CancellationException("the client has gone"));
        return;
      }
      Progress progress = from.progress();
      if (progress instanceof Progress.Aborted) {
        piece.completeExceptionally(Problems.aborted());
        return;
      }
      int offset = (int) (span.first() + sentBytes);
      long left = span.lengthBytes() - sentBytes;
      long mayGo = progress instanceof Progress.Verified ? left : left - HELD_BACK_BYTES;
      int count = (int) Math.min(Math.min(PIECE_BYTES, mayGo), from.readable(offset));
      bytes = count > 0 ? Optional.of(from.read(offset, count)) : Optional.empty();
      sentBytes += Math.max(0, count);
    }
    if (bytes.isEmpty()) {
      from.onProgress(() -> read(from, piece));
    } else if (!piece.complete(bytes)) {
      bytes.get().release();
    }
  }

  @Override
  public void close() {
    FragmentBody closing;
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      closing = body;
      if (hasTaken) {
        allowance.ifPresent(each -> each.giveBack(span.lengthBytes() - sentBytes));
      }
    }
    if (closing != null) {
      closing.close();
    }
  }
}
