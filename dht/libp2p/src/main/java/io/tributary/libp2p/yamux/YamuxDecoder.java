package io.tributary.libp2p.yamux;

import static io.tributary.libp2p.muxer.CloseReason.MALFORMED_FRAME;
import static io.tributary.libp2p.yamux.YamuxHeader.ALL_FLAGS;
import static io.tributary.libp2p.yamux.YamuxHeader.BYTES;
import static io.tributary.libp2p.yamux.YamuxHeader.CONNECTION;
import static io.tributary.libp2p.yamux.YamuxHeader.DATA;
import static io.tributary.libp2p.yamux.YamuxHeader.GO_AWAY;
import static io.tributary.libp2p.yamux.YamuxHeader.PING;
import static io.tributary.libp2p.yamux.YamuxHeader.WINDOW_UPDATE;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Cuts a sequence of buffers into frames.
 *
 * <p>Payload is never gathered: each buffer, or the slice of it that belongs to the frame, goes to
 * the sink as it comes. Only a header that straddles buffers is copied, into {@value
 * YamuxHeader#BYTES} bytes kept for that. Not thread-safe.
 */
final class YamuxDecoder {

  private final FrameSink sink;
  private final ByteBuf straddling = Unpooled.buffer(BYTES, BYTES);
  private long payloadLeft;
  private boolean wanted;

  YamuxDecoder(FrameSink sink) {
    this.sink = sink;
  }

  /**
   * Decodes what a buffer holds.
   *
   * @param in the bytes, which the decoder owns
   * @throws YamuxException at the first frame that breaks the protocol; the decoder must not be
   *     used after it
   */
  void decode(ByteBuf in) throws YamuxException {
    boolean owned = true;
    try {
      while (in.isReadable()) {
        if (payloadLeft == 0) {
          readHeader(in);
        } else if (!wanted) {
          int skipped = (int) Math.min(payloadLeft, in.readableBytes());
          in.skipBytes(skipped);
          payloadLeft -= skipped;
        } else if (payloadLeft >= in.readableBytes()) {
          payloadLeft -= in.readableBytes();
          owned = false;
          sink.onPayload(in);
          endIfComplete();
          return;
        } else {
          ByteBuf piece = in.readRetainedSlice((int) payloadLeft);
          payloadLeft = 0;
          sink.onPayload(piece);
          endIfComplete();
        }
      }
    } finally {
      if (owned) {
        in.release();
      }
    }
  }

  private void readHeader(ByteBuf in) throws YamuxException {
    if (!straddling.isReadable() && in.readableBytes() >= BYTES) {
      dispatch(in);
      return;
    }
    int missing = BYTES - straddling.readableBytes();
    straddling.writeBytes(in, Math.min(missing, in.readableBytes()));
    if (straddling.readableBytes() == BYTES) {
      dispatch(straddling);
      straddling.clear();
    }
  }

  private void dispatch(ByteBuf in) throws YamuxException {
    int version = in.readUnsignedByte();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedShort();
    int streamId = in.readInt();
    int length = in.readInt();
    if (version != YamuxHeader.VERSION) {
      throw new YamuxException(MALFORMED_FRAME, "version " + version);
    }
    if ((flags & ~ALL_FLAGS) != 0) {
      throw new YamuxException(MALFORMED_FRAME, "flags " + flags);
    }
    boolean ofStream = type == DATA || type == WINDOW_UPDATE;
    if (ofStream == (streamId == CONNECTION)) {
      throw new YamuxException(MALFORMED_FRAME, "type " + type + " with stream id " + streamId);
    }
    switch (type) {
      case DATA -> {
        payloadLeft = Integer.toUnsignedLong(length);
        wanted = sink.onData(streamId, flags, payloadLeft);
        endIfComplete();
      }
      case WINDOW_UPDATE -> sink.onWindowUpdate(streamId, flags, Integer.toUnsignedLong(length));
      case PING -> sink.onPing(flags, length);
      case GO_AWAY -> sink.onGoAway(Integer.toUnsignedLong(length));
      default -> throw new YamuxException(MALFORMED_FRAME, "type " + type);
    }
  }

  private void endIfComplete() {
    if (wanted && payloadLeft == 0) {
      wanted = false;
      sink.onDataEnd();
    }
  }
}
