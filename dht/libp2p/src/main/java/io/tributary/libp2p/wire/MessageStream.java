package io.tributary.libp2p.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Varint;
import io.tributary.libp2p.stream.ByteStream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a stream on which messages are exchanged, each with its length in front, until
 * they are done or the rest of the stream is given to somebody else.
 *
 * <pre>
 *  +---------+---------+---------+---------+----------------
 *  | uvarint | message | uvarint | message | bytes of whoever takes over
 *  +---------+---------+---------+---------+----------------
 * </pre>
 *
 * Keeps at most one incomplete message, and what one read brought behind it. It takes the giving of
 * credit into its own hands; who takes over finds {@code creditOnReturn(false)} and reports all
 * bytes that it is handed. Lives on the stream's event loop, but {@link #send} may be called from
 * any thread.
 */
public final class MessageStream implements StreamHandler {

  /** Who hears the messages. All calls are made on the stream's event loop. */
  public interface Listener {

    /**
     * Takes a message, which is valid only until this returns.
     *
     * @throws MalformedFormatException if it is malformed; {@link #onMalformed} is called then
     */
    void onMessage(ByteBuf message);

    /** A message cannot be read; nothing more is. */
    void onMalformed(MalformedFormatException cause);

    /**
     * No message follows: the peer has closed its side, or the stream has ended. Called once at
     * most, and not after {@link #finish} or {@link #handOver}.
     *
     * @param reset how the stream ended, if abruptly
     */
    void onNoMore(Optional<StreamReset> reset);
  }

  private enum State {
    READING,
    /** Nothing is read until somebody takes over. */
    HELD,
    /** What comes is dropped. */
    FINISHED,
    HANDED_OVER
  }

  private final ByteStream stream;
  private final int maxBytes;
  private final Listener listener;
  private State state = State.READING;
  private ByteBuf rest = Unpooled.EMPTY_BUFFER;
  private boolean cutting;
  private boolean endOfInput;
  private boolean ended;
  private @Nullable StreamHandler successor;

  /**
   * Messages on a stream whose handler this becomes.
   *
   * @param maxBytes the longest message taken
   */
  public MessageStream(ByteStream stream, int maxBytes, Listener listener) {
    this.stream = stream;
    this.maxBytes = maxBytes;
    this.listener = listener;
    stream.creditOnReturn(false);
  }

  /** Sends a message. */
  public void send(byte[] message) {
    ByteBuf out = stream.allocator().directBuffer(Varint.size(message.length) + message.length);
    DelimitedReader.write(out, message);
    stream.write(out);
  }

  /** Reads no further; what follows waits for {@link #handOver}. */
  public void hold() {
    if (state == State.READING) {
      state = State.HELD;
      stream.autoRead(false);
    }
  }

  /** Takes no more messages: what comes is dropped. */
  public void finish() {
    if (state != State.HANDED_OVER) {
      state = State.FINISHED;
      if (!cutting) {
        dropRest();
      }
      stream.autoRead(true);
    }
  }

  /**
   * Gives the stream to somebody else, with all bytes behind the last message; if it has ended
   * while it was held, the word of that.
   */
  public void handOver(StreamHandler next) {
    if (state == State.FINISHED || state == State.HANDED_OVER) {
      throw new IllegalStateException("the messages are " + state);
    }
    state = State.HANDED_OVER;
    successor = next;
    if (!cutting) {
      giveRest(next);
    }
  }

  /** Whether the stream has ended, in whatever way. */
  public boolean isEnded() {
    return ended;
  }

  @Override
  public void onData(ByteBuf data) {
    if (state == State.FINISHED) {
      stream.credit(data.readableBytes());
      data.release();
      return;
    }
    append(data);
    cut();
  }

  private void append(ByteBuf data) {
    if (!rest.isReadable()) {
      rest.release();
      rest = data;
      return;
    }
    ByteBuf joined = Unpooled.buffer(rest.readableBytes() + data.readableBytes());
    joined.writeBytes(rest).writeBytes(data);
    rest.release();
    data.release();
    rest = joined;
  }

  private void cut() {
    cutting = true;
    try {
      while (state == State.READING && rest.isReadable()) {
        int start = rest.readerIndex();
        int length = Varint.tryReadLength(rest, maxBytes);
        if (length == Varint.INCOMPLETE) {
          break;
        }
        if (rest.readableBytes() < length) {
          rest.readerIndex(start);
          break;
        }
        ByteBuf message = rest.readSlice(length);
        stream.credit(rest.readerIndex() - start);
        listener.onMessage(message);
      }
    } catch (MalformedFormatException e) {
      state = State.FINISHED;
      listener.onMalformed(e);
    } finally {
      cutting = false;
    }
    StreamHandler next = successor;
    if (next != null) {
      giveRest(next);
    } else if (state == State.FINISHED) {
      dropRest();
    } else if (rest.isReadable()) {
      // A slice of a large buffer would keep all of it.
      ByteBuf kept = Unpooled.buffer(rest.readableBytes()).writeBytes(rest);
      rest.release();
      rest = kept;
    }
  }

  private void giveRest(StreamHandler next) {
    ByteBuf given = rest;
    rest = Unpooled.EMPTY_BUFFER;
    stream.handler(next);
    if (given.isReadable() && !ended) {
      next.onData(given);
    } else {
      given.release();
    }
    if (endOfInput && !ended) {
      next.onEndOfInput();
    }
    stream.autoRead(true);
  }

  private void dropRest() {
    stream.credit(rest.readableBytes());
    rest.release();
    rest = Unpooled.EMPTY_BUFFER;
  }

  @Override
  public void onEndOfInput() {
    endOfInput = true;
    if (state == State.READING) {
      state = State.FINISHED;
      dropRest();
      listener.onNoMore(Optional.empty());
    }
  }

  @Override
  public void onReset(StreamReset reset) {
    end(Optional.of(reset));
  }

  @Override
  public void onClosed() {
    end(Optional.empty());
  }

  private void end(Optional<StreamReset> reset) {
    ended = true;
    boolean told = state == State.READING || state == State.HELD;
    if (state == State.READING) {
      state = State.FINISHED;
    }
    if (!cutting) {
      dropRest();
    }
    if (told) {
      listener.onNoMore(reset);
    }
  }
}
