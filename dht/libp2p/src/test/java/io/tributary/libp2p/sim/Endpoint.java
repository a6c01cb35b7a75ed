package io.tributary.libp2p.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** One end of a stream, as its application sees it: keeps what was sent and what came. */
final class Endpoint implements StreamHandler {
  final Stream stream;
  final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  final ByteArrayOutputStream received = new ByteArrayOutputStream();
  final List<String> events = new ArrayList<>();
  boolean closedWrite;
  int ends;
  private int uncredited;
  private boolean creditsLater;

  Endpoint(Stream stream) {
    this.stream = stream;
  }

  void write(byte[] bytes) {
    if (!closedWrite && ends == 0) {
      sent.writeBytes(bytes);
      stream.write(stream.allocator().directBuffer(Math.max(1, bytes.length)).writeBytes(bytes));
    }
  }

  void closeWrite() {
    closedWrite = true;
    stream.closeWrite();
  }

  void creditsLater(boolean on) {
    creditsLater = on;
    stream.creditOnReturn(!on);
  }

  void credit() {
    int bytes = uncredited;
    uncredited = 0;
    stream.credit(bytes);
  }

  @Override
  public void onData(ByteBuf data) {
    requireNotEnded("data");
    assertThat(data.isReadable()).as("data has bytes").isTrue();
    assertThat(events).as("data after the end of input").doesNotContain("end");
    received.writeBytes(ByteBufUtil.getBytes(data));
    if (creditsLater) {
      uncredited += data.readableBytes();
    }
    data.release();
  }

  @Override
  public void onEndOfInput() {
    requireNotEnded("end of input");
    assertThat(events).as("the end of input comes once").doesNotContain("end");
    events.add("end");
  }

  @Override
  public void onWritable() {
    requireNotEnded("writable");
  }

  @Override
  public void onReset(StreamReset reset) {
    requireNotEnded("reset");
    ends++;
    events.add("reset " + reset.reason());
  }

  @Override
  public void onClosed() {
    requireNotEnded("closed");
    assertThat(events).as("closed before the end of input").contains("end");
    ends++;
    events.add("closed");
  }

  boolean endedInOrder() {
    return events.contains("closed");
  }

  private void requireNotEnded(String event) {
    if (ends > 0) {
      events.add("AFTER THE END: " + event);
      ends++;
      throw new AssertionError(event + " after the end, which was " + events);
    }
  }
}
