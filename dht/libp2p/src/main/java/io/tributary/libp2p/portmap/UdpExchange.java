package io.tributary.libp2p.portmap;

import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Questions by datagram to one gateway. The socket is connected, so the kernel drops what anybody
 * else sends. Used by one thread.
 */
final class UdpExchange implements AutoCloseable {

  /** The longest datagram that is read, as PCP has it. */
  static final int MAX_BYTES = 1100;

  /** The most datagrams that are read and were no answer, for one question. */
  static final int MAX_STRAYS = 256;

  /** Tells an answer from what is none. */
  interface Reader<T> {

    /**
     * Reads a datagram.
     *
     * @return empty if it is no answer to the question
     * @throws GatewayException if it is one, and a refusal
     */
    Optional<T> read(ByteBuffer datagram) throws GatewayException;
  }

  private final DatagramSocket socket;

  private UdpExchange(DatagramSocket socket) {
    this.socket = socket;
  }

  /** Opens a socket that hears nobody but the gateway. */
  static UdpExchange with(InetSocketAddress gateway) throws GatewayException {
    try {
      DatagramSocket socket = new DatagramSocket();
      try {
        socket.connect(gateway);
        return new UdpExchange(socket);
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    } catch (IOException e) {
      throw new GatewayException(Reason.NO_ANSWER, e);
    }
  }

  /** The address of this host that the gateway sees, unless there is a NAT between them. */
  InetAddress self() {
    return socket.getLocalAddress();
  }

  /** Asks, again and again, until there is an answer or the time is up. */
  <T> T ask(byte[] question, PortMapTimes times, Reader<T> reader) throws GatewayException {
    Duration wait = times.firstWait();
    int[] strays = {0};
    try {
      for (int i = 0; i < times.attempts(); i++) {
        socket.send(new DatagramPacket(question, question.length));
        Optional<T> answer = listen(wait, reader, strays);
        if (answer.isPresent()) {
          return answer.get();
        }
        wait = wait.multipliedBy(2);
      }
    } catch (GatewayException e) {
      throw e;
    } catch (PortUnreachableException e) {
      throw new GatewayException(Reason.NOT_SPOKEN, e);
    } catch (IOException e) {
      throw new GatewayException(Reason.NO_ANSWER, e);
    }
    throw new GatewayException(
        Reason.NO_ANSWER, "nothing from the gateway after " + times.attempts() + " datagrams");
  }

  private <T> Optional<T> listen(Duration wait, Reader<T> reader, int[] strays) throws IOException {
    long end = System.nanoTime() + wait.toNanos();
    byte[] buffer = new byte[MAX_BYTES];
    while (true) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (leftMillis < 1) {
        return Optional.empty();
      }
      socket.setSoTimeout((int) leftMillis);
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException e) {
        return Optional.empty();
      }
      Optional<T> answer = reader.read(ByteBuffer.wrap(buffer, 0, packet.getLength()).slice());
      if (answer.isPresent()) {
        return answer;
      }
      strays[0]++;
      if (strays[0] > MAX_STRAYS) {
        throw new GatewayException(Reason.MALFORMED, "a flood of what is no answer");
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
