package io.tributary.kademlia.stream;

import io.netty.buffer.ByteBuf;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.network.KademliaService;
import io.tributary.kademlia.network.KademliaService.Verdict;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.libp2p.ProtocolHandler;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.wire.DelimitedReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The answering side of the protocol: takes any number of requests on a stream, one answer after
 * the other, as many as a peer may have.
 */
final class Answering implements ProtocolHandler {

  private final KademliaService service;
  private final MessageCodec codec;
  private final StreamLimits limits;
  private final Timekeeper time;
  private final Consumer<RefusalReason> refused;
  private final Map<PeerId, Peer> peers = new ConcurrentHashMap<>();

  Answering(
      KademliaService service,
      MessageCodec codec,
      StreamLimits limits,
      Timekeeper time,
      Consumer<RefusalReason> refused) {
    this.service = service;
    this.codec = codec;
    this.limits = limits;
    this.time = time;
    this.refused = refused;
  }

  /** What one peer uses. */
  private final class Peer {
    int streams;
    private double tokens = limits.requestBurst();
    private long filledNanos = time.nanoTime();

    synchronized boolean mayAsk() {
      long now = time.nanoTime();
      double earned =
          (now - filledNanos)
              * (double) limits.requestsPerSecond()
              / Duration.ofSeconds(1).toNanos();
      tokens = Math.min(limits.requestBurst(), tokens + earned);
      filledNanos = now;
      if (tokens < 1) {
        return false;
      }
      tokens--;
      return true;
    }
  }

  @Override
  public StreamHandler accept(Stream stream) {
    PeerId id = stream.connection().remotePeer();
    Peer peer =
        peers.compute(
            id,
            (key, before) -> {
              Peer now = before == null ? new Peer() : before;
              now.streams++;
              return now;
            });
    Serving serving = new Serving(stream, id, peer);
    if (peer.streams > limits.streamsPerPeer()) {
      serving.refuse(RefusalReason.TOO_MANY_STREAMS);
    } else {
      stream.deadline(limits.quiet());
    }
    return serving;
  }

  private void leave(PeerId id) {
    peers.computeIfPresent(id, (key, peer) -> --peer.streams == 0 ? null : peer);
  }

  /** One stream. Its fields belong to the stream's loop. */
  private final class Serving implements StreamHandler {
    private final Stream stream;
    private final PeerId id;
    private final Peer peer;
    private final DelimitedReader reader =
        new DelimitedReader(MessageCodec.MAX_BYTES, this::onMessage);
    private int working;
    private boolean ended;
    private boolean refusing;

    Serving(Stream stream, PeerId id, Peer peer) {
      this.stream = stream;
      this.id = id;
      this.peer = peer;
    }

    void refuse(RefusalReason reason) {
      if (!refusing) {
        refusing = true;
        refused.accept(reason);
        stream.reset(StreamReset.NO_CODE);
      }
    }

    @Override
    public void onData(ByteBuf data) {
      try {
        reader.read(data);
      } catch (MalformedFormatException e) {
        refuse(
            e.reason() == MalformedFormatException.Reason.TOO_LONG
                ? RefusalReason.MESSAGE_TOO_LONG
                : RefusalReason.MALFORMED_MESSAGE);
      }
    }

    private void onMessage(ByteBuf message) {
      if (refusing) {
        return;
      }
      if (!peer.mayAsk()) {
        refuse(RefusalReason.RATE_LIMITED);
        return;
      }
      try {
        Request request = codec.decodeRequest(message);
        stream.deadline(limits.quiet());
        if (++working == StreamLimits.PER_STREAM) {
          stream.autoRead(false);
        }
        time.execute(() -> answer(request));
      } catch (RefusedMessageException e) {
        refuse(e.reason());
      }
    }

    /** On the DHT's thread. */
    private void answer(Request request) {
      Verdict verdict = service.answer(Contact.of(id, List.of()), request);
      if (verdict instanceof Verdict.Answered answered) {
        byte[] message = codec.encode(request, answered.response());
        ByteBuf out = stream.allocator().directBuffer(message.length + 4);
        DelimitedReader.write(out, message);
        stream.write(out);
      } else if (verdict instanceof Verdict.Refused) {
        stream.reset(StreamReset.NO_CODE);
      }
      stream.eventLoop().execute(this::onAnswered);
    }

    private void onAnswered() {
      working--;
      if (ended && working == 0) {
        stream.closeWrite();
      } else if (stream.isWritable() && working < StreamLimits.PER_STREAM) {
        stream.autoRead(true);
      } else {
        stream.autoRead(false);
      }
    }

    @Override
    public void onWritable() {
      if (working < StreamLimits.PER_STREAM) {
        stream.autoRead(true);
      }
    }

    @Override
    public void onEndOfInput() {
      ended = true;
      if (working == 0) {
        stream.closeWrite();
      }
    }

    @Override
    public void onReset(StreamReset reset) {
      reader.close();
      leave(id);
    }

    @Override
    public void onClosed() {
      reader.close();
      leave(id);
    }
  }
}
