package io.tributary.libp2p.transport.quic;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.collection.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The fork in a socket that listens and dials: each datagram goes to the codec of the connections
 * this side dialled or to the codec of those that peers dialled.
 *
 * <p>They are told apart by the destination connection id, which RFC 9000 section 17 puts at a
 * fixed place:
 *
 * <pre>
 *   short   0 1 x x x x x x | id (8 bytes, as all of this side are) | ...
 *   long    1 1 x x x x x x | version (4) | length of id (1) | id   | ...
 * </pre>
 *
 * An id that a dial of this side has made is known; all others, among them those that clients
 * choose for their first datagrams, are the listener's. What can't be QUIC, such as the datagrams
 * that open holes in NATs, is dropped, and so is a first datagram that is shorter than section 14.1
 * demands, since an answer to it would serve to amplify attacks. Lives on the event loop.
 */
final class QuicRouter extends ChannelInboundHandlerAdapter {
  /** How long the connection ids of this side are. */
  static final int ID_BYTES = Long.BYTES;

  private static final int MIN_INITIAL_BYTES = 1200;
  private static final int MIN_SHORT_BYTES = 21;
  private static final int LONG_HEADER = 0x80;
  private static final int FIXED_BIT = 0x40;
  private static final int TYPE_BITS = 0x30;
  private static final int VERSION_AT = 1;
  private static final int ID_LENGTH_AT = 5;
  private static final int LONG_ID_AT = 6;
  private static final int SHORT_ID_AT = 1;

  private final LongObjectHashMap<Boolean> dialled = new LongObjectHashMap<>();
  private final ChannelInboundHandler dialling;
  private final @Nullable ChannelInboundHandler listening;
  private @Nullable ChannelHandlerContext diallingContext;
  private @Nullable ChannelHandlerContext listeningContext;

  QuicRouter(ChannelInboundHandler dialling, @Nullable ChannelInboundHandler listening) {
    this.dialling = dialling;
    this.listening = listening;
  }

  /** Takes an id for a dial; false if it is in use. */
  boolean add(long id) {
    return dialled.put(id, Boolean.TRUE) == null;
  }

  /** Gives an id back. */
  void remove(long id) {
    dialled.remove(id);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    // The codecs are behind this handler; the one that dials is the last, as it takes the connects.
    if (listening != null) {
      ctx.pipeline().addLast(listening);
      listeningContext = ctx.pipeline().context(listening);
    }
    ctx.pipeline().addLast(dialling);
    diallingContext = ctx.pipeline().context(dialling);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (!(message instanceof DatagramPacket packet)) {
      ReferenceCountUtil.release(message);
      return;
    }
    ByteBuf bytes = packet.content();
    if (isOfDial(bytes)) {
      pass(dialling, diallingContext, packet);
    } else if (mayBeForListener(bytes)) {
      pass(listening, listeningContext, packet);
    } else {
      packet.release();
    }
  }

  private static void pass(
      @Nullable ChannelInboundHandler codec,
      @Nullable ChannelHandlerContext context,
      DatagramPacket packet)
      throws Exception {
    if (codec == null || context == null) {
      packet.release();
    } else {
      codec.channelRead(context, packet);
    }
  }

  private boolean isOfDial(ByteBuf bytes) {
    int start = bytes.readerIndex();
    int length = bytes.readableBytes();
    if (dialled.isEmpty() || length < LONG_ID_AT + ID_BYTES) {
      return false;
    }
    if ((bytes.getByte(start) & LONG_HEADER) == 0) {
      return dialled.containsKey(bytes.getLong(start + SHORT_ID_AT));
    }
    return bytes.getByte(start + ID_LENGTH_AT) == ID_BYTES
        && dialled.containsKey(bytes.getLong(start + LONG_ID_AT));
  }

  private static boolean mayBeForListener(ByteBuf bytes) {
    int length = bytes.readableBytes();
    if (length < MIN_SHORT_BYTES) {
      return false;
    }
    int first = bytes.getByte(bytes.readerIndex());
    if ((first & FIXED_BIT) == 0) {
      return false;
    }
    boolean isInitial =
        (first & LONG_HEADER) != 0
            && (first & TYPE_BITS) == 0
            && bytes.getInt(bytes.readerIndex() + VERSION_AT) != 0;
    return !isInitial || length >= MIN_INITIAL_BYTES;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (listening != null && listeningContext != null) {
      listening.channelReadComplete(listeningContext);
    }
    if (diallingContext != null) {
      dialling.channelReadComplete(diallingContext);
    }
  }
}
