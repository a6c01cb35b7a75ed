package io.tributary.libp2p.dcutr;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.wire.MessageStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The talk before one attempt of A. Lives on the stream's event loop. */
final class PunchAnswering implements MessageStream.Listener {
  private final PunchReply reply;
  private final Stream stream;
  private final MessageStream messages;
  private final List<Multiaddr> theirs = new ArrayList<>();
  private boolean connected;

  PunchAnswering(PunchReply reply, Stream stream) {
    this.reply = reply;
    this.stream = stream;
    this.messages = new MessageStream(stream, HolePunchMessage.MAX_BYTES, this);
    stream.deadline(reply.puncher.options().exchangeTime());
  }

  /** Who takes the stream's events. */
  MessageStream messages() {
    return messages;
  }

  @Override
  public void onMessage(ByteBuf bytes) {
    HolePunchMessage message = HolePunchMessage.read(bytes);
    boolean sync = message.type() == HolePunchMessage.Type.SYNC;
    if (reply.isFinished() || sync != connected) {
      fail(PunchResult.NO_ANSWER);
    } else if (sync) {
      messages.finish();
      stream.closeWrite();
      reply.stopPunching();
      reply.punch(theirs, Role.INITIATOR);
    } else {
      connected = true;
      theirs.addAll(reply.puncher.usable(message.addresses()));
      List<Multiaddr> own = reply.puncher.ownAddresses();
      if (!own.isEmpty() && !theirs.isEmpty()) {
        // What the peer does once it has this answer may be seen before what it says.
        reply.agree();
      }
      messages.send(new HolePunchMessage(HolePunchMessage.Type.CONNECT, own).toBytes());
      if (own.isEmpty() || theirs.isEmpty()) {
        messages.finish();
        stream.closeWrite();
        reply.finish(own.isEmpty() ? PunchResult.NO_OWN_ADDRESS : PunchResult.NO_PEER_ADDRESS);
      }
    }
  }

  private void fail(PunchResult result) {
    messages.finish();
    stream.reset(StreamReset.NO_CODE);
    reply.finish(result);
  }

  @Override
  public void onMalformed(MalformedFormatException cause) {
    fail(PunchResult.NO_ANSWER);
  }

  @Override
  public void onNoMore(Optional<StreamReset> reset) {
    boolean lost = reset.filter(each -> each.reason() == ResetReason.CONNECTION_CLOSED).isPresent();
    fail(lost ? PunchResult.RELAY_LOST : PunchResult.NO_ANSWER);
  }
}
