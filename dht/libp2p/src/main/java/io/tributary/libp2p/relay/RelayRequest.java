package io.tributary.libp2p.relay;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.wire.MessageStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request to a relay and its answer. */
final class RelayRequest implements MessageStream.Listener {

  /** How long a relay may take to answer; for a circuit it has to ask its other end too. */
  static final Duration DEADLINE = Duration.ofSeconds(20);

  /** Takes the outcome, on the event loop of the stream or of a connection that failed. */
  interface Outcome {

    /** The relay said yes; what it sends further is for whoever takes the messages over. */
    void granted(Stream stream, MessageStream messages, HopMessage.Answer answer);

    void failed(RelayException cause);
  }

  private final HopMessage message;
  private final Outcome outcome;
  private @Nullable Stream stream;
  private @Nullable MessageStream messages;
  private boolean abandoned;
  private boolean done;

  private RelayRequest(HopMessage message, Outcome outcome) {
    this.message = message;
    this.outcome = outcome;
  }

  /**
   * Asks a relay, connecting to it if needed.
   *
   * @param given up, when it completes, is the request
   */
  static void send(
      Host host,
      PeerId relay,
      List<Multiaddr> addresses,
      HopMessage message,
      Promise<?> given,
      Outcome outcome) {
    RelayRequest request = new RelayRequest(message, outcome);
    Future<Connection> connecting = host.connect(relay, addresses);
    given.addListener(
        result -> {
          if (result.isCancelled()) {
            connecting.cancel(false);
            request.abandon();
          }
        });
    connecting.addListener(
        (Future<Connection> result) -> {
          if (!result.isSuccess()) {
            outcome.failed(
                new RelayException(RelayException.Reason.RELAY_UNREACHABLE, result.cause()));
          } else if (result.getNow().isLimited()) {
            outcome.failed(
                new RelayException(
                    RelayException.Reason.RELAY_UNREACHABLE, relay + " is behind a relay itself"));
          } else {
            request.open(result.getNow());
          }
        });
  }

  private void open(Connection connection) {
    connection
        .newStream(HopMessage.PROTOCOL_ID)
        .addListener(
            (Future<Stream> opened) -> {
              if (opened.isSuccess()) {
                opened.getNow().eventLoop().execute(() -> begin(opened.getNow()));
              } else {
                outcome.failed(new RelayException(RelayException.Reason.NO_ANSWER, opened.cause()));
              }
            });
  }

  private synchronized void begin(Stream opened) {
    MessageStream talk = new MessageStream(opened, HopMessage.MAX_BYTES, this);
    stream = opened;
    messages = talk;
    opened.deadline(DEADLINE);
    opened.handler(talk);
    if (abandoned) {
      opened.reset(StreamReset.NO_CODE);
    } else {
      talk.send(message.toBytes());
    }
  }

  /** Nobody waits any more. */
  private synchronized void abandon() {
    abandoned = true;
    if (stream != null && !done) {
      stream.reset(StreamReset.NO_CODE);
    }
  }

  @Override
  public void onMessage(ByteBuf bytes) {
    Stream from = stream;
    MessageStream talk = messages;
    if (from == null || talk == null || finished()) {
      return;
    }
    if (!(HopMessage.read(bytes) instanceof HopMessage.Answer answer)) {
      violated("the relay asks instead of answering");
    } else if (answer.status() != RelayStatus.OK) {
      talk.finish();
      from.closeWrite();
      outcome.failed(new RelayException(answer.status()));
    } else {
      outcome.granted(from, talk, answer);
    }
  }

  private synchronized boolean finished() {
    boolean before = done;
    done = true;
    return before;
  }

  private void violated(String how) {
    if (stream != null) {
      stream.abort(ResetReason.PROTOCOL_VIOLATION);
    }
    outcome.failed(new RelayException(RelayException.Reason.PROTOCOL_VIOLATION, how));
  }

  @Override
  public void onMalformed(MalformedFormatException cause) {
    synchronized (this) {
      done = true;
    }
    violated(String.valueOf(cause.getMessage()));
  }

  @Override
  public void onNoMore(Optional<StreamReset> reset) {
    if (finished()) {
      return;
    }
    if (reset.isEmpty() && stream != null) {
      stream.reset(StreamReset.NO_CODE);
    }
    boolean noRelay =
        reset.filter(each -> each.reason() == ResetReason.PROTOCOL_UNSUPPORTED).isPresent();
    outcome.failed(
        new RelayException(
            noRelay ? RelayException.Reason.NOT_A_RELAY : RelayException.Reason.NO_ANSWER,
            reset.map(each -> each.reason().name()).orElse("the relay closed the stream")));
  }
}
