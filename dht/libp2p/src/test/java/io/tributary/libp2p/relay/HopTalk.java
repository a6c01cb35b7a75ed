package io.tributary.libp2p.relay;

import static io.tributary.libp2p.TestHosts.await;

import io.netty.buffer.Unpooled;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.multiformats.Varint;
import io.tributary.libp2p.stream.BlockingStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A peer's side of the hop protocol, message by message. */
final class HopTalk implements AutoCloseable {
  final BlockingStream stream;

  HopTalk(Connection toRelay) {
    stream =
        new BlockingStream(
            await(toRelay.newStream(HopMessage.PROTOCOL_ID)), Duration.ofSeconds(20));
  }

  HopMessage.Answer ask(HopMessage message) throws IOException {
    write(stream, message.toBytes());
    return (HopMessage.Answer) HopMessage.read(Unpooled.wrappedBuffer(read(stream)));
  }

  static void write(BlockingStream stream, byte[] message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Varint.encode(message.length));
    out.writeBytes(message);
    stream.output().write(out.toByteArray());
  }

  static byte[] read(BlockingStream stream) throws IOException {
    InputStream in = stream.input();
    int length = 0;
    for (int shift = 0; ; shift += 7) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no message");
      }
      length |= (next & 0x7f) << shift;
      if (next < 0x80) {
        break;
      }
    }
    byte[] message = new byte[length];
    new DataInputStream(in).readFully(message);
    return message;
  }

  @Override
  public void close() {
    stream.close();
  }
}
