package io.tributary.libp2p.transport.quic;

import java.time.Duration;
import java.util.Objects;

/**
 * The limits, times and sizes of QUIC connections.
 *
 * @param receiving bounds on what the peer may have us keep
 * @param streams how many streams
 * @param sending bounds on what waits to be sent, and how it is shared out
 * @param handshakes bounds on connections that are being made
 * @param times when to ask, and when to give up
 * @param datagrams how sockets are used
 */
public record QuicOptions(
    Receiving receiving,
    Streams streams,
    Sending sending,
    Handshakes handshakes,
    Times times,
    Datagrams datagrams) {

  public QuicOptions {
    Objects.requireNonNull(receiving, "receiving");
    Objects.requireNonNull(streams, "streams");
    Objects.requireNonNull(sending, "sending");
    Objects.requireNonNull(handshakes, "handshakes");
    Objects.requireNonNull(times, "times");
    Objects.requireNonNull(datagrams, "datagrams");
  }

  /** What suits a node with a gigabyte of memory for it. */
  public static QuicOptions defaults() {
    return new QuicOptions(
        Receiving.DEFAULTS,
        Streams.DEFAULTS,
        Sending.DEFAULTS,
        Handshakes.DEFAULTS,
        Times.DEFAULTS,
        Datagrams.DEFAULTS);
  }

  /** The same with other bounds on receiving. */
  public QuicOptions with(Receiving other) {
    return new QuicOptions(other, streams, sending, handshakes, times, datagrams);
  }

  /** The same with other numbers of streams. */
  public QuicOptions with(Streams other) {
    return new QuicOptions(receiving, other, sending, handshakes, times, datagrams);
  }

  /** The same with other bounds on sending. */
  public QuicOptions with(Sending other) {
    return new QuicOptions(receiving, streams, other, handshakes, times, datagrams);
  }

  /** The same with other bounds on handshakes. */
  public QuicOptions with(Handshakes other) {
    return new QuicOptions(receiving, streams, sending, other, times, datagrams);
  }

  /** The same with other times. */
  public QuicOptions with(Times other) {
    return new QuicOptions(receiving, streams, sending, handshakes, other, datagrams);
  }

  /** The same with another use of sockets. */
  public QuicOptions with(Datagrams other) {
    return new QuicOptions(receiving, streams, sending, handshakes, times, other);
  }

  private static void require(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + value + " is out of range");
    }
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }

  /**
   * Bounds on received bytes, per connection.
   *
   * <p>Credit goes back to the peer when bytes leave QUIC for their stream's handler. Until then
   * they stay in native memory, within the windows. What a handler has not consumed, or does not
   * want yet, is held on this side up to {@code readAheadBytes} per stream; beyond that nothing is
   * taken from QUIC.
   *
   * @param connectionWindowBytes the credit of a new connection over all its streams; the QUIC
   *     engine adapts it to the pace of reading, up to {@link #MAX_CONNECTION_WINDOW_BYTES}
   * @param streamWindowBytes the credit of a new stream; likewise, up to {@link
   *     #MAX_STREAM_WINDOW_BYTES}
   * @param readAheadBytes how many bytes of one stream may be held unconsumed
   * @param maxHeldBytes how many bytes of all streams may be held unconsumed; when more are, the
   *     stream that holds most is reset
   */
  public record Receiving(
      long connectionWindowBytes, long streamWindowBytes, int readAheadBytes, long maxHeldBytes) {

    /** The engine's own bound on the bytes of a connection that wait in it. */
    public static final long MAX_CONNECTION_WINDOW_BYTES = 24L << 20;

    /** The engine's own bound on the bytes of a stream that wait in it. */
    public static final long MAX_STREAM_WINDOW_BYTES = 16L << 20;

    /** Windows of 4 MiB and 2 MiB to begin with, 256 KiB read ahead, 64 MiB held. */
    public static final Receiving DEFAULTS =
        new Receiving(4L << 20, 2L << 20, 256 << 10, 64L << 20);

    public Receiving {
      require(
          connectionWindowBytes > 0 && connectionWindowBytes <= MAX_CONNECTION_WINDOW_BYTES,
          "connectionWindowBytes",
          connectionWindowBytes);
      require(
          streamWindowBytes > 0 && streamWindowBytes <= MAX_STREAM_WINDOW_BYTES,
          "streamWindowBytes",
          streamWindowBytes);
      require(readAheadBytes > 0, "readAheadBytes", readAheadBytes);
      require(maxHeldBytes > 0, "maxHeldBytes", maxHeldBytes);
    }
  }

  /**
   * Numbers of streams, per connection.
   *
   * @param maxInbound streams the peer may have open; QUIC itself keeps it from opening more
   * @param maxOutbound streams this side may have open
   * @param maxWaitingOpens calls of {@code openStream} that may wait until the peer allows more
   */
  public record Streams(int maxInbound, int maxOutbound, int maxWaitingOpens) {

    /** 2048 inbound, 4096 outbound, 4096 waiting. */
    public static final Streams DEFAULTS = new Streams(2048, 4096, 4096);

    public Streams {
      require(maxInbound >= 0, "maxInbound", maxInbound);
      require(maxOutbound >= 0, "maxOutbound", maxOutbound);
      require(maxWaitingOpens >= 0, "maxWaitingOpens", maxWaitingOpens);
    }
  }

  /**
   * Bounds on bytes to be sent.
   *
   * @param highWaterBytes queued bytes at which a stream stops being writable
   * @param lowWaterBytes queued bytes at which it becomes writable again
   * @param boundBytes queued bytes beyond which a stream whose writer never stops is reset
   * @param quantumBytes bytes a stream of the default weight hands to QUIC before it is the next
   *     one's turn
   */
  public record Sending(int highWaterBytes, int lowWaterBytes, int boundBytes, int quantumBytes) {

    /** 1 MiB and 512 KiB marks, 64 MiB bound; 64 KiB a turn. */
    public static final Sending DEFAULTS = new Sending(1 << 20, 512 << 10, 64 << 20, 64 << 10);

    public Sending {
      require(highWaterBytes > 0, "highWaterBytes", highWaterBytes);
      require(lowWaterBytes > 0 && lowWaterBytes <= highWaterBytes, "lowWaterBytes", lowWaterBytes);
      require(boundBytes >= highWaterBytes, "boundBytes", boundBytes);
      require(quantumBytes > 0, "quantumBytes", quantumBytes);
    }
  }

  /**
   * Bounds on connections that are being made.
   *
   * @param maxInbound handshakes of peers under way on one listening socket; further ones are not
   *     answered
   * @param retryFrom handshakes under way from which on a peer must first prove its address with a
   *     Retry token, which costs it a round trip and this side no memory; 0 asks for it always
   * @param tokenLifetime how long such a token is valid
   * @param deadline how long a handshake may take
   */
  public record Handshakes(
      int maxInbound, int retryFrom, Duration tokenLifetime, Duration deadline) {

    /** At most 256, Retry from 32 on, tokens for 10 s, 10 s for a handshake. */
    public static final Handshakes DEFAULTS =
        new Handshakes(256, 32, Duration.ofSeconds(10), Duration.ofSeconds(10));

    public Handshakes {
      require(maxInbound > 0, "maxInbound", maxInbound);
      require(retryFrom >= 0 && retryFrom <= maxInbound, "retryFrom", retryFrom);
      require(isPositive(tokenLifetime), "tokenLifetime", tokenLifetime);
      require(isPositive(deadline), "deadline", deadline);
    }
  }

  /**
   * Times of a connection.
   *
   * @param idleTimeout how long a connection lives without a sign of the peer; the shorter one of
   *     both sides holds
   * @param keepAliveInterval after how much silence the peer is asked for a sign; at most a third
   *     of the idle timeout that holds
   * @param pingTimeout how long the answer may take before the connection ends
   */
  public record Times(Duration idleTimeout, Duration keepAliveInterval, Duration pingTimeout) {

    /** 45 s idle, asked after 15 s, given up after 20 s. */
    public static final Times DEFAULTS =
        new Times(Duration.ofSeconds(45), Duration.ofSeconds(15), Duration.ofSeconds(20));

    public Times {
      require(isPositive(idleTimeout), "idleTimeout", idleTimeout);
      require(isPositive(keepAliveInterval), "keepAliveInterval", keepAliveInterval);
      require(isPositive(pingTimeout), "pingTimeout", pingTimeout);
    }
  }

  /** How the sender judges what the path can carry. */
  public enum Congestion {
    /** RFC 9438. */
    CUBIC,
    /** Bottleneck bandwidth and round-trip time, version 2. */
    BBR
  }

  /**
   * How sockets are used.
   *
   * <p>RFC 9000 section 14 wants 1200 bytes where the path is not probed for its size, which the
   * engine does not do; whoever knows its networks may say more. On loopback the path is known.
   *
   * @param payloadBytes how large the datagrams are that are sent
   * @param loopbackPayloadBytes the same for sockets that are bound to loopback
   * @param socketBufferBytes the kernel's buffer for each direction of a socket, as far as the
   *     kernel's own limit allows
   * @param congestion the sender's rule
   */
  public record Datagrams(
      int payloadBytes, int loopbackPayloadBytes, int socketBufferBytes, Congestion congestion) {

    /** What every path of QUIC carries. */
    public static final int MIN_PAYLOAD_BYTES = 1200;

    /** What the engine sends at most; four such datagrams make one train. */
    public static final int MAX_PAYLOAD_BYTES = 16_376;

    /** 1200 bytes, 16 KiB on loopback, buffers of 4 MiB, CUBIC. */
    public static final Datagrams DEFAULTS =
        new Datagrams(MIN_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES, 4 << 20, Congestion.CUBIC);

    public Datagrams {
      requirePayload(payloadBytes, "payloadBytes");
      requirePayload(loopbackPayloadBytes, "loopbackPayloadBytes");
      require(socketBufferBytes > 0, "socketBufferBytes", socketBufferBytes);
      Objects.requireNonNull(congestion, "congestion");
    }

    private static void requirePayload(int bytes, String name) {
      require(bytes >= MIN_PAYLOAD_BYTES && bytes <= MAX_PAYLOAD_BYTES, name, bytes);
    }
  }
}
