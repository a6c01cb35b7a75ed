package io.tributary.libp2p.autonat;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.wire.MessageStream;
import java.util.Optional;

/** The saying of a nonce on the connection that was made to a peer for its request. */
final class NonceDelivery implements MessageStream.Listener {
  private final DialSession2 session;
  private final Connection connection;
  private final long nonce;
  private boolean told;

  NonceDelivery(DialSession2 session, Connection connection, long nonce) {
    this.session = session;
    this.connection = connection;
    this.nonce = nonce;
  }

  void begin() {
    connection
        .newStream(DialBackMessage.PROTOCOL_ID)
        .addListener(
            (Future<Stream> opened) -> {
              if (opened.isSuccess()) {
                opened.getNow().eventLoop().execute(() -> say(opened.getNow()));
              } else {
                tell(DialStatus.DIAL_BACK_ERROR);
              }
            });
  }

  private void say(Stream opened) {
    opened.deadline(session.server.limits().dialBack());
    MessageStream talk = new MessageStream(opened, DialBackMessage.MAX_BYTES, this);
    opened.handler(talk);
    talk.send(new DialBackMessage(nonce).toBytes());
    opened.closeWrite();
  }

  @Override
  public void onMessage(ByteBuf response) {
    tell(DialStatus.OK);
  }

  @Override
  public void onMalformed(MalformedFormatException cause) {
    tell(DialStatus.DIAL_BACK_ERROR);
  }

  /** Some peers close without a word, which will do: the nonce is what they wanted. */
  @Override
  public void onNoMore(Optional<StreamReset> reset) {
    tell(reset.isEmpty() ? DialStatus.OK : DialStatus.DIAL_BACK_ERROR);
  }

  private void tell(DialStatus status) {
    if (!told) {
      told = true;
      connection.closeGracefully();
      session.stream.eventLoop().execute(() -> session.respond(RequestStatus.OK, status));
    }
  }
}
