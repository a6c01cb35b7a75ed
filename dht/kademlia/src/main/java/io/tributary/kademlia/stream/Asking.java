package io.tributary.kademlia.stream;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.kademlia.network.AskFailure;
import io.tributary.kademlia.network.KademliaNetwork.Reply;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.stream.StreamResetException;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.time.Timekeeper.Timer;
import io.tributary.libp2p.wire.DelimitedReader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The asking side of the protocol. A stream carries one request at a time and is kept for the next
 * one for a while. Lives on the DHT's thread.
 */
final class Asking {

  private final Host host;
  private final String protocol;
  private final MessageCodec codec;
  private final StreamLimits limits;
  private final Timekeeper time;
  private final Consumer<RefusalReason> refused;
  private final Map<PeerId, Deque<Line>> idle = new HashMap<>();
  private int idleLines;
  private int underWay;

  Asking(
      Host host,
      String protocol,
      MessageCodec codec,
      StreamLimits limits,
      Timekeeper time,
      Consumer<RefusalReason> refused) {
    this.host = host;
    this.protocol = protocol;
    this.codec = codec;
    this.limits = limits;
    this.time = time;
    this.refused = refused;
  }

  void ask(Contact to, Request request, Duration deadline, Reply reply) {
    new Question(to, codec.encode(request), Optional.of(reply), done -> {}).begin(deadline);
  }

  void tell(Contact to, Request request, Duration deadline, Consumer<Optional<AskFailure>> done) {
    new Question(to, codec.encode(request), Optional.empty(), done).begin(deadline);
  }

  /** Ends all streams that wait for a request. */
  void close() {
    List.copyOf(idle.values()).forEach(lines -> List.copyOf(lines).forEach(Line::end));
  }

  /** A request on its way. */
  private final class Question {
    private final Contact to;
    private final byte[] message;
    private final Optional<Reply> reply;
    private final Consumer<Optional<AskFailure>> told;
    private @Nullable Timer timer;
    private @Nullable Line line;
    private boolean over;

    Question(
        Contact to, byte[] message, Optional<Reply> reply, Consumer<Optional<AskFailure>> told) {
      this.to = to;
      this.message = message;
      this.reply = reply;
      this.told = told;
    }

    void begin(Duration deadline) {
      if (underWay >= limits.requests()) {
        time.execute(() -> deliver(AskFailure.BUSY));
        return;
      }
      underWay++;
      timer = time.after(deadline, () -> fail(AskFailure.TIMED_OUT));
      Deque<Line> lines = idle.get(to.peer());
      if (lines == null) {
        open();
      } else {
        lines.getLast().take(this);
      }
    }

    void open() {
      Future<Stream> opening = host.newStream(to.peer(), to.addresses(), List.of(protocol));
      opening.addListener(
          (Future<Stream> opened) ->
              time.execute(
                  () -> {
                    if (opened.isSuccess()) {
                      onOpened(opened.getNow());
                    } else {
                      fail(explain(opened.cause()));
                    }
                  }));
    }

    private void onOpened(Stream stream) {
      if (over) {
        stream.reset(StreamReset.NO_CODE);
        return;
      }
      Line fresh = new Line(to.peer(), stream);
      fresh.take(this);
      stream.handler(fresh);
    }

    void answer(Response response) {
      if (finish()) {
        reply.ifPresent(each -> each.onResponse(response));
      }
    }

    void sent() {
      if (finish()) {
        told.accept(Optional.empty());
      }
    }

    void fail(AskFailure failure) {
      Line open = line;
      if (finish()) {
        if (open != null) {
          open.end();
        }
        deliver(failure);
      }
    }

    private void deliver(AskFailure failure) {
      reply.ifPresent(each -> each.onFailure(failure));
      if (reply.isEmpty()) {
        told.accept(Optional.of(failure));
      }
    }

    private boolean finish() {
      if (over) {
        return false;
      }
      over = true;
      underWay--;
      if (timer != null) {
        timer.cancel();
      }
      return true;
    }
  }

  private static AskFailure explain(Throwable cause) {
    return cause instanceof StreamResetException reset
        ? explain(reset.reset().reason())
        : AskFailure.UNREACHABLE;
  }

  private static AskFailure explain(ResetReason reason) {
    return switch (reason) {
      case PROTOCOL_UNSUPPORTED -> AskFailure.NOT_A_SERVER;
      case RESET_BY_PEER -> AskFailure.REFUSED;
      case PROTOCOL_VIOLATION, NEGOTIATION_FAILED -> AskFailure.MALFORMED;
      case LIMIT_REACHED, RECEIVE_BUDGET_EXHAUSTED, SEND_BOUND_PASSED -> AskFailure.BUSY;
      case DEADLINE_PASSED, NEGOTIATION_TIMEOUT -> AskFailure.TIMED_OUT;
      case CONNECTION_CLOSED, RESET_BY_CALLER, HANDLER_FAILED -> AskFailure.INTERRUPTED;
    };
  }

  /** A stream to a peer. Its events come on the stream's loop and are passed to the DHT's. */
  private final class Line implements StreamHandler {
    private final PeerId peer;
    private final Stream stream;
    private final DelimitedReader reader =
        new DelimitedReader(MessageCodec.MAX_BYTES, this::onMessage);
    private @Nullable Question question;
    private @Nullable Timer idleTimer;
    private boolean used;
    private boolean isIdle;
    private boolean ended;

    Line(PeerId peer, Stream stream) {
      this.peer = peer;
      this.stream = stream;
    }

    void take(Question next) {
      leaveIdle();
      question = next;
      next.line = this;
      ByteBuf out = stream.allocator().directBuffer(next.message.length + 4);
      DelimitedReader.write(out, next.message);
      stream.write(out);
      if (next.reply.isEmpty()) {
        question = null;
        next.sent();
        rest();
      }
    }

    private void leaveIdle() {
      if (isIdle) {
        isIdle = false;
        idleLines--;
        if (idleTimer != null) {
          idleTimer.cancel();
        }
        Deque<Line> lines = idle.get(peer);
        if (lines != null && lines.remove(this) && lines.isEmpty()) {
          idle.remove(peer);
        }
      }
    }

    private void rest() {
      used = true;
      if (ended || idleLines >= limits.idleStreams()) {
        end();
        return;
      }
      isIdle = true;
      idleLines++;
      idle.computeIfAbsent(peer, p -> new ArrayDeque<>(1)).add(this);
      idleTimer = time.after(limits.idle(), this::end);
    }

    void end() {
      leaveIdle();
      if (!ended) {
        ended = true;
        if (question == null) {
          stream.closeWrite();
          stream.deadline(limits.idle());
        } else {
          stream.reset(StreamReset.NO_CODE);
        }
      }
    }

    @Override
    public void onData(ByteBuf data) {
      try {
        reader.read(data);
      } catch (MalformedFormatException e) {
        onMalformed(
            e.reason() == MalformedFormatException.Reason.TOO_LONG
                ? RefusalReason.MESSAGE_TOO_LONG
                : RefusalReason.MALFORMED_MESSAGE);
      }
    }

    private void onMessage(ByteBuf message) {
      try {
        Response response = codec.decodeResponse(message);
        time.execute(() -> onResponse(response));
      } catch (RefusedMessageException e) {
        onMalformed(e.reason());
      }
    }

    private void onMalformed(RefusalReason reason) {
      refused.accept(reason);
      stream.reset(StreamReset.NO_CODE);
      time.execute(() -> onGone(AskFailure.MALFORMED));
    }

    private void onResponse(Response response) {
      Question asked = question;
      if (asked == null) {
        // Nobody asked, or nobody waits any more.
        end();
        return;
      }
      question = null;
      rest();
      asked.answer(response);
    }

    @Override
    public void onEndOfInput() {
      time.execute(() -> onGone(AskFailure.INTERRUPTED));
    }

    @Override
    public void onReset(StreamReset reset) {
      reader.close();
      time.execute(() -> onGone(explain(reset.reason())));
    }

    @Override
    public void onClosed() {
      reader.close();
      time.execute(() -> onGone(AskFailure.INTERRUPTED));
    }

    private void onGone(AskFailure why) {
      Question asked = question;
      boolean again = used && why != AskFailure.MALFORMED;
      end();
      question = null;
      if (asked == null || asked.over) {
        return;
      }
      asked.line = null;
      if (again) {
        // The peer may have tired of an idle stream just when it was used.
        asked.open();
      } else {
        asked.fail(why);
      }
    }
  }
}
