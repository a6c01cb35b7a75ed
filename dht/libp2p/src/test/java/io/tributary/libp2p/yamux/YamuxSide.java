package io.tributary.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.muxer.MuxerListener;
import io.tributary.libp2p.muxer.ReceiveBudget;
import io.tributary.libp2p.muxer.SendBudget;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.stream.ByteStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One end of a Yamux connection on a channel in memory with a clock of its own. */
final class YamuxSide implements MuxerListener, AutoCloseable {
  final MockTicker clock;
  final EmbeddedChannel channel;
  final ReceiveBudget hostBudget;
  final YamuxConnection connection;
  final List<YamuxStream> accepted = new ArrayList<>();
  final List<RecordingHandler> acceptedHandlers = new ArrayList<>();
  final List<CloseReason> closed = new ArrayList<>();
  int goAways;

  YamuxSide(boolean initiator, YamuxOptions options, MockTicker clock) {
    this(
        initiator,
        options,
        clock,
        new ReceiveBudget(1L << 30, 1L << 30),
        SendBudget.ofDefaultSize());
  }

  YamuxSide(
      boolean initiator, YamuxOptions options, ReceiveBudget hostBudget, SendBudget sendBudget) {
    this(initiator, options, Ticker.newMockTicker(), hostBudget, sendBudget);
  }

  private YamuxSide(
      boolean initiator,
      YamuxOptions options,
      MockTicker clock,
      ReceiveBudget hostBudget,
      SendBudget sendBudget) {
    this.clock = clock;
    this.hostBudget = hostBudget;
    channel = EmbeddedChannel.builder().ticker(clock).build();
    connection =
        (YamuxConnection)
            new YamuxMuxer(options, hostBudget, sendBudget)
                .attach(channel, initiator ? Role.INITIATOR : Role.RESPONDER, this);
  }

  YamuxSide(boolean initiator, YamuxOptions options) {
    this(initiator, options, Ticker.newMockTicker());
  }

  @Override
  public void onInboundStream(ByteStream stream) {
    RecordingHandler handler = new RecordingHandler();
    accepted.add((YamuxStream) stream);
    acceptedHandlers.add(handler);
    stream.handler(handler);
  }

  @Override
  public void onGoAway() {
    goAways++;
  }

  @Override
  public void onClosed(CloseReason reason) {
    closed.add(reason);
  }

  YamuxStream open() {
    var future = connection.openStream();
    channel.runPendingTasks();
    return (YamuxStream) future.getNow();
  }

  void advance(long millis) {
    clock.advanceMillis(millis);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  void advanceNanos(long nanos) {
    clock.advance(nanos, TimeUnit.NANOSECONDS);
  }

  /** Delivers a frame as the peer would send it. */
  void receive(int type, int flags, int streamId, int length, ByteBuf payload) {
    ByteBuf in = Unpooled.buffer();
    YamuxHeader.write(in, type, flags, streamId, length);
    in.writeBytes(payload);
    payload.release();
    receive(in);
  }

  void receive(int type, int flags, int streamId, int length) {
    receive(type, flags, streamId, length, Unpooled.buffer(0));
  }

  void receiveData(int flags, int streamId, int bytes) {
    receive(YamuxHeader.DATA, flags, streamId, bytes, Unpooled.wrappedBuffer(new byte[bytes]));
  }

  void receive(ByteBuf in) {
    channel.pipeline().fireChannelRead(in);
    channel.pipeline().fireChannelReadComplete();
    channel.runPendingTasks();
  }

  /** All bytes sent since the last call. */
  ByteBuf sent() {
    channel.runPendingTasks();
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    return all;
  }

  /** The frames sent since the last call, as "type flags id length", data without its payload. */
  List<String> sentFrames() {
    List<String> frames = new ArrayList<>();
    ByteBuf all = sent();
    while (all.isReadable()) {
      int version = all.readUnsignedByte();
      int type = all.readUnsignedByte();
      int flags = all.readUnsignedShort();
      int id = all.readInt();
      int length = all.readInt();
      frames.add(version + ":" + type + " " + flags + " " + id + " " + length);
      if (type == YamuxHeader.DATA) {
        all.skipBytes(length);
      }
    }
    all.release();
    return frames;
  }

  void writable(boolean writable) {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
    channel.runPendingTasks();
  }

  @Override
  public void close() {
    connection.close(CloseReason.CLOSED_LOCALLY);
    channel.finishAndReleaseAll();
  }
}
