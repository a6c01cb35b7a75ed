package io.tributary.libp2p.dcutr;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.wire.MessageStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The talk before one attempt of B. Lives on the stream's event loop. */
final class PunchAsking implements MessageStream.Listener {
  private final PunchInitiative initiative;
  private final Stream stream;
  private final MessageStream messages;
  private long askedNanos;

  PunchAsking(PunchInitiative initiative, Stream stream) {
    this.initiative = initiative;
    this.stream = stream;
    this.messages = new MessageStream(stream, HolePunchMessage.MAX_BYTES, this);
  }

  void begin(List<Multiaddr> own) {
    stream.deadline(initiative.puncher.options().exchangeTime());
    stream.handler(messages);
    askedNanos = stream.eventLoop().ticker().nanoTime();
    messages.send(new HolePunchMessage(HolePunchMessage.Type.CONNECT, own).toBytes());
  }

  @Override
  public void onMessage(ByteBuf bytes) {
    HolePunchMessage message = HolePunchMessage.read(bytes);
    if (message.type() != HolePunchMessage.Type.CONNECT) {
      fail(PunchResult.NO_ANSWER);
      return;
    }
    long roundTripNanos = stream.eventLoop().ticker().nanoTime() - askedNanos;
    List<Multiaddr> theirs = initiative.puncher.usable(message.addresses());
    if (theirs.isEmpty()) {
      fail(PunchResult.NO_PEER_ADDRESS);
      return;
    }
    initiative.onAnswered(theirs);
    initiative.agree();
    messages.send(HolePunchMessage.sync().toBytes());
    messages.finish();
    stream.closeWrite();
    initiative.after(
        Duration.ofNanos(roundTripNanos / 2), () -> initiative.punch(theirs, Role.RESPONDER));
  }

  private void fail(PunchResult result) {
    messages.finish();
    stream.reset(StreamReset.NO_CODE);
    initiative.finish(result);
  }

  @Override
  public void onMalformed(MalformedFormatException cause) {
    fail(PunchResult.NO_ANSWER);
  }

  @Override
  public void onNoMore(Optional<StreamReset> reset) {
    boolean unsupported =
        reset.filter(each -> each.reason() == ResetReason.PROTOCOL_UNSUPPORTED).isPresent();
    boolean lost = reset.filter(each -> each.reason() == ResetReason.CONNECTION_CLOSED).isPresent();
    fail(
        unsupported
            ? PunchResult.UNSUPPORTED
            : lost ? PunchResult.RELAY_LOST : PunchResult.NO_ANSWER);
  }
}
