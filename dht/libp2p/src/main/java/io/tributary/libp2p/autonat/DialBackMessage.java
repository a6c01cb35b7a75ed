package io.tributary.libp2p.autonat;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.libp2p.wire.AutoNatMessages;
import io.tributary.libp2p.wire.MessageReader;

/**
 * What a server says on the connection that it makes for AutoNAT version 2.
 *
 * <pre>
 *  server                peer
 *   |-- nonce ------------>|
 *   |<- response, close ---|
 *
 *  protobuf: 1 nonce (fixed64);  the response is empty, its 1 status has one value only
 * </pre>
 *
 * @param nonce as in the request
 */
public record DialBackMessage(long nonce) {

  /** The protocol id. */
  public static final String PROTOCOL_ID = "/libp2p/autonat/2/dial-back";

  /** The longest message that is read. */
  public static final int MAX_BYTES = 64;

  private static final MessageReader<AutoNatMessages.DialBack> READER =
      new MessageReader<>("a dial-back", AutoNatMessages.DialBack.parser(), MAX_BYTES);

  /**
   * Reads a message without its length.
   *
   * @throws MalformedFormatException if it is not one
   */
  public static DialBackMessage read(ByteBuf bytes) {
    AutoNatMessages.DialBack message = READER.read(bytes);
    if (!message.hasNonce()) {
      throw new MalformedMessageException(
          MalformedFormatException.Reason.BAD_VALUE, "a dial-back has no nonce");
    }
    return new DialBackMessage(message.getNonce());
  }

  /** The form that is sent, without its length. */
  public byte[] toBytes() {
    return AutoNatMessages.DialBack.newBuilder().setNonce(nonce).build().toByteArray();
  }

  /** The response to it, without its length. */
  static byte[] response() {
    return AutoNatMessages.DialBackResponse.newBuilder()
        .setStatus(AutoNatMessages.DialBackResponse.Status.OK)
        .build()
        .toByteArray();
  }
}
