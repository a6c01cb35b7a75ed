package io.tributary.libp2p.security.noise;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.security.EarlyMuxer;
import io.tributary.libp2p.security.PendingSession;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.util.List;
import java.util.Optional;

/**
 * The handler that exchanges the three messages of the handshake, then puts a {@link NoiseCodec} in
 * its own place. Bytes behind the last message go on to the codec.
 *
 * <p>The initiator verifies the responder, its peer id included, before it tells who it is itself.
 */
final class NoiseHandshakeHandler extends ByteToMessageDecoder {
  /** The longest handshake message that is read; with RSA keys of 8192 bits it has under 3000. */
  static final int MAX_MESSAGE_BYTES = 8192;

  private final Role role;
  private final PrivateKey identity;
  private final AeadProvider provider;
  private final DhKey staticKey;
  private final List<String> muxers;
  private final PendingSession pending;
  private final XxHandshake handshake;
  private Optional<HandshakePayload> remote = Optional.empty();

  NoiseHandshakeHandler(
      Role role,
      PrivateKey identity,
      AeadProvider provider,
      DhKey.Generator keys,
      List<String> muxers,
      PendingSession pending) {
    this.role = role;
    this.identity = identity;
    this.provider = provider;
    this.staticKey = keys.generate();
    this.muxers = muxers;
    this.pending = pending;
    this.handshake = new XxHandshake(provider, role, staticKey, keys.generate());
  }

  /** Sends the first message if it is this side's. */
  void begin(ChannelHandlerContext ctx) {
    proceed(ctx);
    if (!ctx.channel().config().isAutoRead()) {
      ctx.read();
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (pending.isDone()) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (in.readableBytes() < NoiseFrame.LENGTH_BYTES) {
      return;
    }
    int length = in.getUnsignedShort(in.readerIndex());
    if (length > MAX_MESSAGE_BYTES) {
      pending.fail(
          Reason.MESSAGE_TOO_LONG,
          "a handshake message of "
              + length
              + " bytes; at most "
              + MAX_MESSAGE_BYTES
              + " are read");
      return;
    }
    if (in.readableBytes() < NoiseFrame.LENGTH_BYTES + length) {
      return;
    }
    byte[] message = new byte[length];
    in.skipBytes(NoiseFrame.LENGTH_BYTES).readBytes(message);
    try {
      readMessage(message);
    } catch (SecureChannelException e) {
      pending.fail(e);
      return;
    }
    proceed(ctx);
  }

  private void readMessage(byte[] message) throws SecureChannelException {
    boolean inClear = handshake.isFirst();
    byte[] payload = handshake.read(message);
    if (!inClear) {
      HandshakePayload from = HandshakePayload.decode(payload, handshake.remoteStatic());
      pending.requireExpected(from.identity());
      remote = Optional.of(from);
    }
  }

  private void proceed(ChannelHandlerContext ctx) {
    try {
      if (handshake.isOurTurn()) {
        byte[] message = handshake.write(ownPayload());
        ByteBuf frame = ctx.alloc().directBuffer(NoiseFrame.LENGTH_BYTES + message.length);
        ctx.writeAndFlush(frame.writeShort(message.length).writeBytes(message));
      }
      if (handshake.isDone()) {
        finish(ctx, remote.orElseThrow());
      }
    } catch (SecureChannelException e) {
      pending.fail(e);
    }
  }

  private byte[] ownPayload() {
    return handshake.isFirst()
        ? new byte[0]
        : HandshakePayload.encode(identity, staticKey.publicKey(), muxers);
  }

  private void finish(ChannelHandlerContext ctx, HandshakePayload from)
      throws SecureChannelException {
    Optional<String> muxer = EarlyMuxer.choose(role, muxers, from.muxers());
    NoiseCodec codec = new NoiseCodec(handshake.sender(provider), handshake.receiver(provider));
    ctx.pipeline().addAfter(ctx.name(), null, codec);
    pending.succeed(from.identity(), muxer);
    ctx.pipeline().remove(this);
  }
}
