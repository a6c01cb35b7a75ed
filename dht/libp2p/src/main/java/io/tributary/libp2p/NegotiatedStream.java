package io.tributary.libp2p;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.multistream.Negotiation;
import io.tributary.libp2p.multistream.NegotiationException;
import io.tributary.libp2p.multistream.NegotiationFailure;
import io.tributary.libp2p.multistream.Proposer;
import io.tributary.libp2p.multistream.Responder;
import io.tributary.libp2p.stream.ByteStream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.stream.StreamResetException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A muxer's stream with a protocol negotiated on it.
 *
 * <p>It stands between the muxer and the application's handler only until both sides agree; after
 * that every call goes straight through.
 */
final class NegotiatedStream implements Stream, StreamHandler {

  /*
   * A close that must not come too soon
   * -----------------------------------
   * A peer of js-libp2p that finds, in one read, the last message of the negotiation, data and the
   * end of the stream loses the data: by the time it looks at what follows the message, the stream
   * counts as closed. That happens to whoever sends little and at once closes, as in identify. So a
   * close waits for a sign that the peer has come further, or for a moment in which it will have.
   * The sign is the answer to a proposal, and for the answering side any byte after its answer or
   * the end of the peer's side.
   */

  private static final long CLOSE_DELAY_MILLIS = 50;

  /*
   * A refusal that must be heard
   * ----------------------------
   * A peer that proposes one protocol sends data right behind it. Declined, it has sent what is no
   * message of the negotiation, or the end of its side. A reset for that would overtake the answer,
   * and the peer would not learn why. So the answer goes out with the end of this side, and what
   * still comes is dropped, uncredited, until the peer gives up or the deadline passes.
   */

  private static final Logger log = LoggerFactory.getLogger(NegotiatedStream.class);

  /** Told of what becomes of a stream, for limits and metrics. On the event loop. */
  interface Owner {

    /** The stream has a protocol. Returns whether the limits bear it. */
    boolean onProtocol(NegotiatedStream stream);

    /** Who takes an inbound stream; empty if the protocol has just been taken away. */
    Optional<ProtocolHandler> taker(NegotiatedStream stream);

    /** The stream has ended; empty if in order. Called once. */
    void onEnded(NegotiatedStream stream, Optional<ResetReason> reset);
  }

  private final HostConnection connection;
  private final ByteStream raw;
  private final Owner owner;
  private final @Nullable Promise<Stream> waiting;
  private @Nullable Negotiation negotiation;
  private @Nullable StreamHandler handler;
  private @Nullable ByteBuf early;
  private @Nullable StreamReset failure;
  private volatile String protocol;
  private boolean readWanted = true;
  private boolean creditOnReturnWanted = true;
  private boolean endPending;
  private boolean closedPending;
  private boolean ended;
  private boolean declined;
  private boolean peerMovedOn;
  private boolean closeDelayed;
  private volatile boolean closing;

  /** Whether the stream counts among those of its protocol; belongs to the owner. */
  boolean counted;

  private NegotiatedStream(
      HostConnection connection,
      ByteStream raw,
      Owner owner,
      Negotiation negotiation,
      String protocol,
      @Nullable Promise<Stream> waiting) {
    this.connection = connection;
    this.raw = raw;
    this.owner = owner;
    this.negotiation = negotiation;
    this.protocol = protocol;
    this.waiting = waiting;
  }

  /** Answers a stream that the peer opened. */
  static NegotiatedStream answer(
      HostConnection connection,
      ByteStream raw,
      Owner owner,
      Set<String> protocols,
      Duration deadline) {
    NegotiatedStream stream =
        new NegotiatedStream(connection, raw, owner, new Responder(protocols), "", null);
    raw.deadline(deadline);
    raw.creditOnReturn(false);
    raw.handler(stream);
    return stream;
  }

  /** Proposes one protocol and does not wait for the answer. */
  static NegotiatedStream propose(
      HostConnection connection, ByteStream raw, Owner owner, String protocol) {
    Proposer proposer = new Proposer(List.of(protocol));
    NegotiatedStream stream =
        new NegotiatedStream(connection, raw, owner, proposer, protocol, null);
    // What comes before the application listens waits in the muxer.
    raw.autoRead(false);
    stream.open(proposer);
    return stream;
  }

  /** Proposes several protocols; the promise gets the stream once the peer has chosen. */
  static void propose(
      HostConnection connection,
      ByteStream raw,
      Owner owner,
      List<String> protocols,
      Duration deadline,
      Promise<Stream> promise) {
    Proposer proposer = new Proposer(protocols);
    NegotiatedStream stream =
        new NegotiatedStream(connection, raw, owner, proposer, protocols.get(0), promise);
    promise.addListener(
        result -> {
          if (result.isCancelled()) {
            raw.reset(StreamReset.NO_CODE);
          }
        });
    raw.deadline(deadline);
    stream.open(proposer);
  }

  private void open(Proposer proposer) {
    ByteBuf out = raw.allocator().directBuffer(64);
    proposer.open(out);
    raw.write(out);
    raw.creditOnReturn(false);
    raw.handler(this);
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public Connection connection() {
    return connection;
  }

  // The muxer's events

  @Override
  public void onData(ByteBuf data) {
    StreamHandler current = handler;
    if (declined) {
      data.release();
    } else if (negotiation == null && current != null) {
      onPeerMovedOn();
      current.onData(data);
    } else if (negotiation == null) {
      keep(data);
    } else {
      negotiate(negotiation, data);
    }
  }

  private void negotiate(Negotiation talk, ByteBuf data) {
    ByteBuf out = raw.allocator().directBuffer(64);
    int before = data.readableBytes();
    try {
      Optional<String> agreed = talk.receive(data, out);
      raw.credit(before - data.readableBytes());
      send(out);
      if (agreed.isPresent()) {
        negotiation = null;
        if (raw.isInitiator()) {
          onPeerMovedOn();
        }
        protocol = agreed.get();
        raw.creditOnReturn(creditOnReturnWanted);
        if (data.isReadable()) {
          onPeerMovedOn();
          // The application sees them only after it has taken the stream.
          keep(data);
        } else {
          data.release();
        }
        agreed();
      } else {
        data.release();
      }
    } catch (NegotiationException e) {
      data.release();
      send(out);
      // Messages without end are no data behind a proposal that was declined.
      if (talk.hasDeclined() && e.failure() != NegotiationFailure.TOO_MANY_MESSAGES) {
        decline();
      } else {
        fail(e.failure());
      }
    }
  }

  private void decline() {
    declined = true;
    failure = StreamReset.of(ResetReason.PROTOCOL_UNSUPPORTED);
    raw.closeWrite();
  }

  private void agreed() {
    boolean lazy = raw.isInitiator() && waiting == null;
    if (lazy) {
      resume();
      return;
    }
    raw.clearDeadline();
    if (!owner.onProtocol(this)) {
      refuse(ResetReason.LIMIT_REACHED);
    } else if (waiting != null) {
      if (!waiting.trySuccess(this)) {
        raw.reset(StreamReset.NO_CODE);
      }
    } else {
      Optional<ProtocolHandler> taker = owner.taker(this);
      if (taker.isPresent()) {
        handler(taker.get().accept(this));
      } else {
        refuse(ResetReason.PROTOCOL_UNSUPPORTED);
      }
    }
  }

  /** Ends the stream for a reason of this host; on the event loop. */
  void refuse(ResetReason reason) {
    if (!ended) {
      failure = StreamReset.of(reason);
      raw.reset(StreamReset.NO_CODE);
    }
  }

  /** Whether it has ended; on the event loop. */
  boolean isEnded() {
    return ended;
  }

  private void send(ByteBuf out) {
    if (out.isReadable()) {
      raw.write(out);
    } else {
      out.release();
    }
  }

  private void fail(NegotiationFailure why) {
    ResetReason reason =
        why == NegotiationFailure.NO_COMMON_PROTOCOL
            ? ResetReason.PROTOCOL_UNSUPPORTED
            : ResetReason.NEGOTIATION_FAILED;
    refuse(reason);
  }

  private void onPeerMovedOn() {
    peerMovedOn = true;
    if (closeDelayed) {
      closeDelayed = false;
      raw.closeWrite();
    }
  }

  private void keep(ByteBuf data) {
    early = data;
    raw.autoRead(false);
  }

  @Override
  public void onEndOfInput() {
    onPeerMovedOn();
    StreamHandler current = handler;
    if (negotiation != null) {
      if (!negotiation.hasDeclined()) {
        refuse(ResetReason.NEGOTIATION_FAILED);
      } else if (!declined) {
        decline();
      }
    } else if (current == null || early != null) {
      endPending = true;
    } else {
      current.onEndOfInput();
    }
  }

  @Override
  public void onWritable() {
    StreamHandler current = handler;
    if (current != null) {
      current.onWritable();
    }
  }

  @Override
  public void onReset(StreamReset reset) {
    StreamReset told = failure == null ? explain(reset) : failure;
    failure = told;
    dropEarly();
    end(Optional.of(told.reason()));
    if (waiting != null) {
      waiting.tryFailure(new StreamResetException(told));
    }
    StreamHandler current = handler;
    if (current != null) {
      current.onReset(told);
    }
  }

  private StreamReset explain(StreamReset reset) {
    boolean late = reset.reason() == ResetReason.DEADLINE_PASSED && negotiation != null;
    return late && (waiting != null || !raw.isInitiator())
        ? StreamReset.of(ResetReason.NEGOTIATION_TIMEOUT)
        : reset;
  }

  @Override
  public void onClosed() {
    end(Optional.ofNullable(failure).map(StreamReset::reason));
    StreamHandler current = handler;
    if (current != null && early == null) {
      current.onClosed();
    } else {
      closedPending = true;
    }
  }

  private void end(Optional<ResetReason> reset) {
    if (!ended) {
      ended = true;
      owner.onEnded(this, reset);
    }
  }

  private void dropEarly() {
    ByteBuf kept = early;
    early = null;
    if (kept != null) {
      kept.release();
    }
  }

  // The application's calls

  @Override
  public void handler(StreamHandler newHandler) {
    onLoop(
        () -> {
          boolean first = handler == null;
          handler = newHandler;
          if (failure != null) {
            newHandler.onReset(failure);
          } else {
            if (first && early == null) {
              raw.autoRead(readWanted);
            }
            resume();
          }
        });
  }

  /** Delivers what came before the application listened. */
  private void resume() {
    StreamHandler current = handler;
    if (current == null || !readWanted) {
      return;
    }
    ByteBuf kept = early;
    if (kept != null) {
      early = null;
      int bytes = kept.readableBytes();
      boolean consumed = creditOnReturnWanted;
      current.onData(kept);
      if (consumed) {
        raw.credit(bytes);
      }
      raw.autoRead(readWanted);
    }
    if (endPending && early == null) {
      endPending = false;
      current.onEndOfInput();
    }
    if (closedPending && early == null) {
      closedPending = false;
      current.onClosed();
    }
  }

  @Override
  public void autoRead(boolean on) {
    onLoop(
        () -> {
          readWanted = on;
          if (early == null && handler != null) {
            raw.autoRead(on);
          }
          resume();
        });
  }

  private void onLoop(Runnable action) {
    if (eventLoop().inEventLoop()) {
      action.run();
    } else {
      try {
        eventLoop().execute(action);
      } catch (RejectedExecutionException e) {
        log.debug("the event loop of stream {} has ended", id());
      }
    }
  }

  @Override
  public long id() {
    return raw.id();
  }

  @Override
  public boolean isInitiator() {
    return raw.isInitiator();
  }

  @Override
  public EventLoop eventLoop() {
    return raw.eventLoop();
  }

  @Override
  public ByteBufAllocator allocator() {
    return raw.allocator();
  }

  @Override
  public boolean write(ByteBuf data) {
    if (closing) {
      data.release();
      return false;
    }
    return raw.write(data);
  }

  @Override
  public boolean isWritable() {
    return raw.isWritable();
  }

  @Override
  public long writableBytes() {
    return raw.writableBytes();
  }

  @Override
  public void closeWrite() {
    closing = true;
    onLoop(
        () -> {
          if (peerMovedOn || ended) {
            raw.closeWrite();
          } else if (!closeDelayed) {
            closeDelayed = true;
            eventLoop().schedule(raw::closeWrite, CLOSE_DELAY_MILLIS, MILLISECONDS);
          }
        });
  }

  @Override
  public void creditOnReturn(boolean on) {
    onLoop(
        () -> {
          creditOnReturnWanted = on;
          if (negotiation == null) {
            raw.creditOnReturn(on);
          }
        });
  }

  @Override
  public void credit(int bytes) {
    raw.credit(bytes);
  }

  @Override
  public void weight(int weight) {
    raw.weight(weight);
  }

  @Override
  public void deadline(Duration fromNow) {
    raw.deadline(fromNow);
  }

  @Override
  public void clearDeadline() {
    raw.clearDeadline();
  }

  @Override
  public void reset(long code) {
    raw.reset(code);
  }

  @Override
  public void abort(ResetReason reason) {
    onLoop(() -> refuse(reason));
  }
}
