package io.tributary.bench.cacher;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * System calls on sockets that Java has no methods for: with them a client throws bytes away in the
 * kernel, so that it costs less than the server it measures. Linux only.
 */
final class Sockets {
  /** To wait for nothing. */
  static final int DONT_WAIT = 0x40;

  /** To throw away what is received, on TCP sockets. */
  static final int TRUNCATE = 0x20;

  /** To be told of a connection that has gone by an error instead of a signal. */
  static final int NO_SIGNAL = 0x4000;

  /** Bytes to read, or the end. */
  static final short POLL_IN = 1;

  /** How many bytes describe a socket to {@link #poll}: number, 4; wanted, 2; found, 2. */
  static final int POLL_BYTES = 8;

  private static final int AGAIN = 11;
  private static final int INTERRUPTED = 4;
  private static final int INET = 2;
  private static final int STREAM = 1;
  private static final int TCP = 6;
  private static final int TCP_NODELAY = 1;
  private static final int ADDRESS_BYTES = 16;

  static {
    Native.register(Sockets.class, Platform.C_LIBRARY_NAME);
  }

  private Sockets() {}

  private static native int socket(int domain, int type, int protocol);

  private static native int connect(int socket, long address, int length);

  private static native int setsockopt(int socket, int level, int name, long value, int length);

  private static native long send(int socket, long bytes, long length, int flags);

  private static native long recv(int socket, long bytes, long length, int flags);

  private static native int poll(long sockets, long count, int millis);

  private static native int close(int socket);

  /** Connects to a port of this machine. */
  static int connect(int port) throws IOException {
    int socket = socket(INET, STREAM, 0);
    if (socket < 0) {
      throw new IOException("socket: error " + Native.getLastError());
    }
    ByteBuffer one = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).putInt(0, 1);
    ByteBuffer address = ByteBuffer.allocateDirect(ADDRESS_BYTES).order(ByteOrder.nativeOrder());
    address.putShort(0, (short) INET);
    address.order(ByteOrder.BIG_ENDIAN).putShort(2, (short) port).putInt(4, 0x7f000001);
    if (connect(socket, address(address), ADDRESS_BYTES) != 0) {
      int error = Native.getLastError();
      end(socket);
      throw new IOException("cannot connect to port " + port + ": error " + error);
    }
    // A failure would show in the figures only, and does not come on a socket that is open.
    int unused = setsockopt(socket, TCP, TCP_NODELAY, address(one), 4);
    return socket;
  }

  /** Returns where a direct buffer's first byte is. */
  static long address(ByteBuffer direct) {
    return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
  }

  /** Sends all bytes, waiting until the kernel has taken them. */
  static void sendAll(int socket, long bytes, int length) throws IOException {
    long at = bytes;
    while (at < bytes + length) {
      long sent = send(socket, at, bytes + length - at, NO_SIGNAL);
      if (sent < 0 && Native.getLastError() != INTERRUPTED) {
        throw new IOException("send: error " + Native.getLastError());
      }
      at += Math.max(0, sent);
    }
  }

  /**
   * Receives bytes.
   *
   * @return how many, 0 if there are none now
   * @throws IOException also if the peer has closed
   */
  static long receive(int socket, long bytes, long length, int flags) throws IOException {
    long received = recv(socket, bytes, length, flags);
    if (received > 0) {
      return received;
    }
    if (received == 0) {
      throw new IOException("the server has closed the connection");
    }
    int error = Native.getLastError();
    if (error == AGAIN || error == INTERRUPTED) {
      return 0;
    }
    throw new IOException("recv: error " + error);
  }

  /** Waits for sockets. */
  static void await(long sockets, int count, int millis) throws IOException {
    if (poll(sockets, count, millis) < 0 && Native.getLastError() != INTERRUPTED) {
      throw new IOException("poll: error " + Native.getLastError());
    }
  }

  /** Ends a connection. */
  static void end(int socket) {
    int unused = close(socket);
  }
}
