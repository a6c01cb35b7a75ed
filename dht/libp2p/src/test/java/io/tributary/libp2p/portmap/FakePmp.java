package io.tributary.libp2p.portmap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** A gateway on loopback that speaks NAT-PMP, and PCP if it is told to, well or badly. */
final class FakePmp implements AutoCloseable {
  private static final int ADDRESS_AT = 44;

  /** What is mapped: {@code TCP 4001} to the external port. */
  final Map<String, Integer> mapped = new ConcurrentHashMap<>();

  final AtomicInteger asked = new AtomicInteger();
  volatile boolean speaksPcp = true;
  volatile boolean silent;
  volatile boolean wrongNonce;
  volatile int result;
  volatile long maxLeaseSeconds = 1 << 30;
  volatile int shift;
  volatile String external = "203.0.113.7";

  private final DatagramSocket socket;
  private final LongSupplier seconds;
  private volatile long restartedAt;

  /**
   * One that runs.
   *
   * @param seconds its clock
   */
  FakePmp(LongSupplier seconds) throws IOException {
    this.seconds = seconds;
    this.restartedAt = seconds.getAsLong() - 1000;
    this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread thread = new Thread(this::serve, "fake-pmp");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Loses all mappings, as when the power fails. */
  void restart() {
    mapped.clear();
    restartedAt = seconds.getAsLong();
  }

  private void serve() {
    byte[] buffer = new byte[1100];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        asked.incrementAndGet();
        if (!silent) {
          byte[] answer = answer(ByteBuffer.wrap(buffer.clone(), 0, packet.getLength()));
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (SocketException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private int epoch() {
    return (int) (seconds.getAsLong() - restartedAt);
  }

  private byte[] answer(ByteBuffer in) throws IOException {
    if (in.get(0) == 2 && speaksPcp) {
      return pcp(in);
    }
    ByteBuffer out = ByteBuffer.allocate(16);
    if (in.get(0) != 0) {
      return out.put(1, in.get(1)).put(1, (byte) 0x80).putShort(2, (short) 1).array();
    }
    int opcode = in.get(1);
    out.put((byte) 0).put((byte) (0x80 | opcode)).putShort((short) result).putInt(epoch());
    if (opcode == 0) {
      out.put(InetAddress.getByName(external).getAddress());
      return Arrays.copyOf(out.array(), 12);
    }
    long lease = Integer.toUnsignedLong(in.getInt(8));
    int internal = Short.toUnsignedInt(in.getShort(4));
    int outside = Short.toUnsignedInt(in.getShort(6));
    int given = map(opcode == 2 ? "TCP" : "UDP", internal, outside, lease);
    return out.putShort((short) internal)
        .putShort((short) given)
        .putInt((int) Math.min(lease, maxLeaseSeconds))
        .array();
  }

  private int map(String kind, int internal, int outside, long lease) {
    String key = kind + " " + internal;
    if (result != 0) {
      return 0;
    }
    if (lease == 0) {
      mapped.remove(key);
      return 0;
    }
    int given = outside + shift;
    mapped.put(key, given);
    return given;
  }

  private byte[] pcp(ByteBuffer in) throws IOException {
    int opcode = in.get(1);
    byte[] all = new byte[opcode == 0 ? 24 : 60];
    in.get(0, all);
    ByteBuffer out = ByteBuffer.wrap(all);
    long lease = Integer.toUnsignedLong(in.getInt(4));
    out.put(1, (byte) (0x80 | opcode)).put(3, (byte) (opcode == 0 ? 0 : result));
    out.putInt(4, (int) Math.min(lease, maxLeaseSeconds)).putInt(8, epoch());
    out.putInt(12, 0).putInt(16, 0).putInt(20, 0);
    if (opcode == 1) {
      int internal = Short.toUnsignedInt(in.getShort(40));
      int given =
          map(
              in.get(36) == 6 ? "TCP" : "UDP",
              internal,
              Short.toUnsignedInt(in.getShort(42)),
              lease);
      out.putShort(42, (short) given);
      out.putShort(ADDRESS_AT + 10, (short) -1);
      out.put(ADDRESS_AT + 12, InetAddress.getByName(external).getAddress());
      if (wrongNonce) {
        out.put(24, (byte) (out.get(24) ^ 1));
      }
    }
    return all;
  }

  @Override
  public void close() {
    socket.close();
  }
}
