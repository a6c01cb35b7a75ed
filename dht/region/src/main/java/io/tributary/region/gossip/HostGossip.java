package io.tributary.region.gossip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.multiformats.Varint;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.wire.DelimitedReader;
import io.tributary.region.RegionMetrics;
import io.tributary.region.record.Refusal;
import io.tributary.region.record.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * Gossip over a libp2p host: one stream to each peer that is spoken with, kept while it is used.
 *
 * <p>Signatures are checked on an executor of their own, never on event loops; a peer whose
 * messages are not yet read gets no credit for more. Used on the timekeeper's thread; what arrives
 * is handed to the receiver there.
 *
 * <p>Where a peer is reached over a relay only, little is said there, and only until there is a
 * direct connection: a snapshot of the region has no place on a relay.
 */
public final class HostGossip implements GossipNetwork {
  /** How long an unused stream is kept. */
  public static final Duration IDLE = Duration.ofSeconds(90);

  /** How many messages wait for a stream to a peer. */
  public static final int MAX_WAITING = 16;

  /** How many streams of one peer are answered at a time. */
  public static final int MAX_INBOUND = 2;

  /** How many bytes a peer may send at once on a stream: a snapshot and some more. */
  public static final long PEER_BURST_BYTES = 4L << 20;

  /** How many bytes per second it may send on it after that. */
  public static final long PEER_BYTES_PER_SECOND = 64 * 1024;

  /** How many bytes are said, and how many are heard, on a stream that runs over a relay. */
  public static final int LENT_BYTES = 16 << 10;

  private final Host host;
  private final Timekeeper time;
  private final GossipCodec codec;
  private final Executor decoding;
  private final RegionMetrics metrics;
  private final BiConsumer<PeerId, GossipMessage> receiver;
  private final Map<PeerId, Link> links = new HashMap<>();
  private final Map<PeerId, List<Waiting>> opening = new HashMap<>();
  private final Map<PeerId, Integer> inbound = new ConcurrentHashMap<>();

  private record Waiting(GossipMessage message, Runnable undeliverable) {}

  /**
   * @param host answers and asks
   * @param time on whose thread messages are sent and received
   * @param decoding where signatures are checked
   * @param receiver takes each message with its sender
   */
  public HostGossip(
      Host host,
      Timekeeper time,
      GossipCodec codec,
      Executor decoding,
      RegionMetrics metrics,
      BiConsumer<PeerId, GossipMessage> receiver) {
    this.host = host;
    this.time = time;
    this.codec = codec;
    this.decoding = decoding;
    this.metrics = metrics;
    this.receiver = receiver;
  }

  /** Begins to answer peers. */
  public void start() {
    host.handle(GossipCodec.PROTOCOL, this::accept, true);
  }

  private StreamHandler accept(Stream stream) {
    PeerId peer = stream.connection().remotePeer();
    if (inbound.merge(peer, 1, Integer::sum) > MAX_INBOUND) {
      onInboundEnded(peer);
      metrics.refused(Refusal.PEER_BUDGET);
      stream.reset(StreamReset.NO_CODE);
      return ByteBuf::release;
    }
    return new Link(stream).keep();
  }

  private void onInboundEnded(PeerId peer) {
    inbound.computeIfPresent(peer, (key, open) -> open == 1 ? null : open - 1);
  }

  /** Answers no more and ends all streams. */
  public void stop() {
    host.unhandle(GossipCodec.PROTOCOL);
    time.execute(
        () -> {
          List.copyOf(links.values()).forEach(link -> link.stream.reset(StreamReset.NO_CODE));
          links.clear();
        });
  }

  @Override
  public void send(Contact to, GossipMessage message, Runnable undeliverable) {
    Link link = links.get(to.peer());
    if (link != null && link.isOutdone()) {
      links.remove(to.peer(), link);
      link.stream.closeWrite();
      link = null;
    }
    if (link != null) {
      link.write(message, undeliverable);
      return;
    }
    Waiting waiting = new Waiting(message, undeliverable);
    List<Waiting> queue = opening.get(to.peer());
    if (queue != null) {
      if (queue.size() >= MAX_WAITING) {
        time.execute(undeliverable);
      } else {
        queue.add(waiting);
      }
      return;
    }
    opening.put(to.peer(), new ArrayList<>(List.of(waiting)));
    host.newControlStream(to.peer(), to.addresses(), List.of(GossipCodec.PROTOCOL))
        .addListener((Future<Stream> opened) -> onOpened(to.peer(), opened));
  }

  private void onOpened(PeerId peer, Future<Stream> opened) {
    if (opened.isSuccess()) {
      Link link = new Link(opened.getNow());
      opened.getNow().handler(link);
      link.keep();
    }
    time.execute(
        () -> {
          List<Waiting> queue = opening.remove(peer);
          if (queue == null) {
            return;
          }
          Link link = links.get(peer);
          for (Waiting each : queue) {
            if (link == null) {
              each.undeliverable.run();
            } else {
              link.write(each.message, each.undeliverable);
            }
          }
        });
  }

  /** One stream. Its events come on the stream's loop. */
  private final class Link implements StreamHandler {
    private final Stream stream;
    private final PeerId peer;
    private final DelimitedReader reader;
    private List<byte[]> completed = new ArrayList<>();
    private final boolean isLent;
    private long budgetBytes;
    private long budgetAtNanos = time.nanoTime();
    private long sentBytes;

    Link(Stream stream) {
      this.stream = stream;
      this.isLent = stream.connection().isLimited();
      this.budgetBytes = isLent ? LENT_BYTES : PEER_BURST_BYTES;
      this.peer = stream.connection().remotePeer();
      this.reader =
          new DelimitedReader(
              GossipCodec.MAX_BYTES, message -> completed.add(ByteBufUtil.getBytes(message)));
      stream.creditOnReturn(false);
      stream.deadline(IDLE);
    }

    /** Makes this the stream on which the peer is spoken to. */
    Link keep() {
      time.execute(() -> links.put(peer, this));
      return this;
    }

    /** Whether it runs over a relay and need not any more. */
    boolean isOutdone() {
      return isLent && host.connection(peer).filter(each -> !each.isLimited()).isPresent();
    }

    void write(GossipMessage message, Runnable undeliverable) {
      if (!stream.isWritable()) {
        // The peer does not read; what it misses it can ask for.
        time.execute(undeliverable);
        return;
      }
      byte[] bytes = GossipCodec.encode(message);
      sentBytes += bytes.length;
      if (isLent && sentBytes > LENT_BYTES) {
        time.execute(undeliverable);
        return;
      }
      ByteBuf out = stream.allocator().directBuffer(Varint.MAX_BYTES + bytes.length);
      DelimitedReader.write(out, bytes);
      metrics.gossipSent(out.readableBytes());
      stream.deadline(IDLE);
      stream.write(out);
    }

    @Override
    public void onData(ByteBuf data) {
      int length = data.readableBytes();
      if (!isWithinBudget(length)) {
        data.release();
        end(Refusal.PEER_BUDGET);
        return;
      }
      metrics.gossipReceived(length);
      stream.deadline(IDLE);
      try {
        reader.read(data);
      } catch (MalformedFormatException e) {
        end(Refusal.TOO_LONG);
        return;
      }
      List<byte[]> messages = completed;
      if (messages.isEmpty()) {
        stream.credit(length);
        return;
      }
      completed = new ArrayList<>();
      decoding.execute(
          () -> {
            messages.forEach(this::decode);
            // Only now, so that a peer cannot fill the queue of what is to be decoded.
            stream.credit(length);
          });
    }

    private boolean isWithinBudget(int bytes) {
      long now = time.nanoTime();
      long refill = (now - budgetAtNanos) / 1_000_000 * PEER_BYTES_PER_SECOND / 1_000;
      if (refill > 0 && !isLent) {
        budgetBytes = Math.min(PEER_BURST_BYTES, budgetBytes + refill);
        budgetAtNanos = now;
      }
      budgetBytes -= bytes;
      return budgetBytes >= 0;
    }

    private void decode(byte[] bytes) {
      GossipMessage message;
      try {
        message = codec.decode(bytes);
      } catch (RefusedException e) {
        // Counted by the codec.
        stream.reset(StreamReset.NO_CODE);
        return;
      }
      time.execute(() -> receiver.accept(peer, message));
    }

    private void end(Refusal reason) {
      metrics.refused(reason);
      stream.reset(StreamReset.NO_CODE);
    }

    @Override
    public void onEndOfInput() {
      stream.closeWrite();
    }

    @Override
    public void onReset(StreamReset reset) {
      onEnd();
    }

    @Override
    public void onClosed() {
      onEnd();
    }

    private void onEnd() {
      reader.close();
      if (!stream.isInitiator()) {
        onInboundEnded(peer);
      }
      time.execute(() -> links.remove(peer, this));
    }
  }
}
