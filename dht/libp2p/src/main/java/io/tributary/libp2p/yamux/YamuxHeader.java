package io.tributary.libp2p.yamux;

import io.netty.buffer.ByteBuf;

/**
 * The header of a Yamux frame; only data frames have a payload after it.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |  version = 0  |     type      |  flags: SYN 1 ACK 2 FIN 4 RST 8|
 * +---------------+---------------+-------------------------------+
 * |  stream id, 0 for the connection; odd from the client         |
 * +---------------------------------------------------------------+
 * |  length                                                       |
 * +---------------------------------------------------------------+
 *
 *  type            length means
 *  0 data          bytes of payload that follow
 *  1 window update credit added; with RST the code of the reset
 *  2 ping          opaque value: SYN asks, ACK echoes it
 *  3 go away       0 normal, 1 protocol error, 2 internal error
 * </pre>
 *
 * All numbers are unsigned and big-endian. A code in a reset is how newer peers say why; others
 * send 0 and ignore what they get.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/yamux/README.md#framing">Framing</a>
 */
final class YamuxHeader {

  /** Bytes of a header. */
  static final int BYTES = 12;

  static final int VERSION = 0;

  static final int DATA = 0;
  static final int WINDOW_UPDATE = 1;
  static final int PING = 2;
  static final int GO_AWAY = 3;

  static final int SYN = 1;
  static final int ACK = 2;
  static final int FIN = 4;
  static final int RST = 8;
  static final int ALL_FLAGS = SYN | ACK | FIN | RST;

  /** The stream id that stands for the connection. */
  static final int CONNECTION = 0;

  private YamuxHeader() {}

  /** Appends a header. */
  static void write(ByteBuf out, int type, int flags, int streamId, int length) {
    out.writeInt((type << 16) | flags);
    out.writeInt(streamId);
    out.writeInt(length);
  }
}
