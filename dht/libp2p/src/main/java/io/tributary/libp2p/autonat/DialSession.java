package io.tributary.libp2p.autonat;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.wire.MessageStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What requests of the two versions have in common: each is counted until it is answered. Lives on
 * the stream's event loop.
 */
abstract class DialSession implements MessageStream.Listener {
  final AutoNatServer server;
  final Stream stream;
  final MessageStream messages;
  private boolean counted;
  private boolean done;

  DialSession(AutoNatServer server, Stream stream, int maxBytes) {
    this.server = server;
    this.stream = stream;
    this.messages = new MessageStream(stream, maxBytes, this);
    stream.deadline(server.limits().request());
  }

  Connection connection() {
    return stream.connection();
  }

  /** Whether the request is one too many; else it counts from here on. */
  boolean isTooMuch() {
    counted = server.admit(connection());
    return !counted;
  }

  /** Dials an address of the peer and nothing else; the outcome comes on the stream's loop. */
  void dial(Multiaddr address, Consumer<Future<Connection>> outcome) {
    server.dial(stream, address, outcome);
  }

  void answer(byte[] message) {
    finish();
    messages.send(message);
    messages.finish();
    stream.closeWrite();
  }

  void finish() {
    done = true;
    if (counted) {
      counted = false;
      server.release();
    }
  }

  boolean isDone() {
    return done;
  }

  @Override
  public void onMalformed(MalformedFormatException cause) {
    violated();
  }

  void violated() {
    finish();
    stream.abort(ResetReason.PROTOCOL_VIOLATION);
  }

  @Override
  public void onNoMore(Optional<StreamReset> reset) {
    finish();
    stream.reset(StreamReset.NO_CODE);
  }
}
