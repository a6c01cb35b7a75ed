package io.tributary.libp2p.hostile;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Yamux frames and multistream messages, written by hand. */
final class Frames {
  static final int DATA = 0;
  static final int WINDOW_UPDATE = 1;
  static final int PING = 2;
  static final int GO_AWAY = 3;

  static final int SYN = 1;
  static final int ACK = 2;
  static final int FIN = 4;
  static final int RST = 8;

  private Frames() {}

  static ByteBuf frame(int type, int flags, int streamId, long length, byte... payload) {
    return header(0, type, flags, streamId, length).writeBytes(payload);
  }

  static ByteBuf header(int version, int type, int flags, int streamId, long length) {
    return Unpooled.buffer()
        .writeByte(version)
        .writeByte(type)
        .writeShort(flags)
        .writeInt(streamId)
        .writeInt((int) length);
  }

  static ByteBuf data(int flags, int streamId, byte[] payload) {
    return frame(DATA, flags, streamId, payload.length, payload);
  }

  /** Opens a stream and proposes a protocol on it. */
  static ByteBuf open(int streamId, String protocol) {
    return data(SYN, streamId, proposal(protocol));
  }

  static byte[] proposal(String protocol) {
    return concat(message("/multistream/1.0.0"), message(protocol));
  }

  static byte[] message(String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    return concat(varint(bytes.length), bytes);
  }

  static byte[] delimited(byte[] message) {
    return concat(varint(message.length), message);
  }

  static byte[] varint(long value) {
    ByteBuf out = Unpooled.buffer();
    long left = value;
    while ((left & ~0x7FL) != 0) {
      out.writeByte((int) ((left & 0x7F) | 0x80));
      left >>>= 7;
    }
    out.writeByte((int) left);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  static byte[] concat(byte[]... parts) {
    ByteBuf out = Unpooled.buffer();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }
}
