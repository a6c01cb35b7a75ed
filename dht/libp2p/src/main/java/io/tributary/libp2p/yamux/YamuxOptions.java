package io.tributary.libp2p.yamux;

import java.time.Duration;
import java.util.Objects;

/**
 * The limits and times of Yamux connections.
 *
 * @param receiving bounds on what the peer may have us keep
 * @param streams how many streams
 * @param sending bounds on what waits to be sent, and how it is cut
 * @param times when to ask, and when to give up
 */
public record YamuxOptions(Receiving receiving, Streams streams, Sending sending, Times times) {

  public YamuxOptions {
    Objects.requireNonNull(receiving, "receiving");
    Objects.requireNonNull(streams, "streams");
    Objects.requireNonNull(sending, "sending");
    Objects.requireNonNull(times, "times");
  }

  /** What suits a node with a gigabyte of memory for it. */
  public static YamuxOptions defaults() {
    return new YamuxOptions(Receiving.DEFAULTS, Streams.DEFAULTS, Sending.DEFAULTS, Times.DEFAULTS);
  }

  /** The same with other bounds on receiving. */
  public YamuxOptions with(Receiving other) {
    return new YamuxOptions(other, streams, sending, times);
  }

  /** The same with other numbers of streams. */
  public YamuxOptions with(Streams other) {
    return new YamuxOptions(receiving, other, sending, times);
  }

  /** The same with other bounds on sending. */
  public YamuxOptions with(Sending other) {
    return new YamuxOptions(receiving, streams, other, times);
  }

  /** The same with other times. */
  public YamuxOptions with(Times other) {
    return new YamuxOptions(receiving, streams, sending, other);
  }

  private static void require(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + value + " is out of range");
    }
  }

  /**
   * Bounds on received bytes, per connection.
   *
   * @param maxWindowBytes the largest window a stream's credit may grow to; at least 256 KiB
   * @param maxGrownBytes how many bytes all windows may have together beyond their 256 KiB
   * @param maxHeldBytes how many received bytes may wait to be consumed; when more do, the stream
   *     that holds most is reset
   */
  public record Receiving(long maxWindowBytes, long maxGrownBytes, long maxHeldBytes) {

    /** Windows up to 16 MiB, 64 MiB of growth, 96 MiB held. */
    public static final Receiving DEFAULTS = new Receiving(16L << 20, 64L << 20, 96L << 20);

    public Receiving {
      require(
          maxWindowBytes >= ReceiveWindow.INITIAL_BYTES && maxWindowBytes <= 0x7FFF_FFFF,
          "maxWindowBytes",
          maxWindowBytes);
      require(maxGrownBytes >= 0, "maxGrownBytes", maxGrownBytes);
      require(maxHeldBytes >= 0, "maxHeldBytes", maxHeldBytes);
    }
  }

  /**
   * Numbers of streams, per connection.
   *
   * @param maxInbound streams the peer may have open; more are refused
   * @param maxOutbound streams this side may have open
   * @param ackBacklog streams this side may have opened that the peer has not acknowledged yet
   * @param maxWaitingOpens calls of {@code openStream} that may wait for the peer to acknowledge
   *     earlier streams
   * @param maxRefusals streams refused, or reset by the peer before they were answered, within one
   *     keep-alive interval before the connection ends with {@code STREAM_FLOOD}
   */
  public record Streams(
      int maxInbound, int maxOutbound, int ackBacklog, int maxWaitingOpens, int maxRefusals) {

    /** 2048 inbound, 4096 outbound, 256 unacknowledged, 4096 waiting, 4096 refusals. */
    public static final Streams DEFAULTS = new Streams(2048, 4096, 256, 4096, 4096);

    public Streams {
      require(maxInbound >= 0, "maxInbound", maxInbound);
      require(maxOutbound >= 0, "maxOutbound", maxOutbound);
      require(ackBacklog > 0, "ackBacklog", ackBacklog);
      require(maxWaitingOpens >= 0, "maxWaitingOpens", maxWaitingOpens);
      require(maxRefusals >= 0, "maxRefusals", maxRefusals);
    }
  }

  /**
   * Bounds on bytes to be sent.
   *
   * @param frameBytes the largest frame of a connection, header included
   * @param highWaterBytes queued bytes at which a stream stops being writable
   * @param lowWaterBytes queued bytes at which it becomes writable again
   * @param boundBytes queued bytes beyond which a stream whose writer never stops is reset
   * @param turnBytes bytes a connection sends in one turn of its event loop before others get
   *     theirs
   * @param maxControlBytes bytes of frames without payload that may wait for a peer that does not
   *     read, before the connection ends with {@code CONTROL_FLOOD}
   */
  public record Sending(
      int frameBytes,
      int highWaterBytes,
      int lowWaterBytes,
      int boundBytes,
      int turnBytes,
      int maxControlBytes) {

    /** 64 KiB frames; 1 MiB and 512 KiB marks, 64 MiB bound; 2 MiB a turn; 64 KiB of control. */
    public static final Sending DEFAULTS =
        new Sending(64 << 10, 1 << 20, 512 << 10, 64 << 20, 2 << 20, 64 << 10);

    public Sending {
      require(frameBytes > YamuxHeader.BYTES, "frameBytes", frameBytes);
      require(highWaterBytes > 0, "highWaterBytes", highWaterBytes);
      require(lowWaterBytes > 0 && lowWaterBytes <= highWaterBytes, "lowWaterBytes", lowWaterBytes);
      require(boundBytes >= highWaterBytes, "boundBytes", boundBytes);
      require(turnBytes > 0, "turnBytes", turnBytes);
      require(maxControlBytes >= YamuxHeader.BYTES, "maxControlBytes", maxControlBytes);
    }
  }

  /**
   * Times of a connection.
   *
   * @param keepAliveInterval how often the peer is pinged
   * @param pingTimeout after how much silence since a ping the connection ends; as long as anything
   *     arrives, the answer may just be late, behind all that a slow path still carries
   * @param closeTimeout how long the last words may take before the channel closes without them
   */
  public record Times(Duration keepAliveInterval, Duration pingTimeout, Duration closeTimeout) {

    /** A ping after 30 s, given up after 20 s; 2 s for the last words. */
    public static final Times DEFAULTS =
        new Times(Duration.ofSeconds(30), Duration.ofSeconds(20), Duration.ofSeconds(2));

    public Times {
      require(isPositive(keepAliveInterval), "keepAliveInterval", keepAliveInterval);
      require(isPositive(pingTimeout), "pingTimeout", pingTimeout);
      require(isPositive(closeTimeout), "closeTimeout", closeTimeout);
    }

    private static boolean isPositive(Duration duration) {
      return !duration.isNegative() && !duration.isZero();
    }
  }
}
