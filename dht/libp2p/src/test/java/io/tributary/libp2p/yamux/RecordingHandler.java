package io.tributary.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** A handler that keeps what it is told, and checks that nothing comes after the end. */
final class RecordingHandler implements StreamHandler {
  final ByteArrayOutputStream received = new ByteArrayOutputStream();
  final List<String> events = new ArrayList<>();
  boolean ended;

  @Override
  public void onData(ByteBuf data) {
    requireNotEnded();
    if (!data.isReadable()) {
      throw new AssertionError("empty data");
    }
    received.writeBytes(ByteBufUtil.getBytes(data));
    data.release();
  }

  @Override
  public void onEndOfInput() {
    requireNotEnded();
    events.add("end");
  }

  @Override
  public void onWritable() {
    requireNotEnded();
    events.add("writable");
  }

  @Override
  public void onReset(StreamReset reset) {
    requireNotEnded();
    ended = true;
    events.add("reset " + reset.reason() + " " + reset.code());
  }

  @Override
  public void onClosed() {
    requireNotEnded();
    ended = true;
    events.add("closed");
  }

  private void requireNotEnded() {
    if (ended) {
      throw new AssertionError("an event after the end, which was " + events);
    }
  }
}
