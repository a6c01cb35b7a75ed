package io.tributary.libp2p.multistream;

import io.netty.buffer.ByteBuf;
import java.util.Set;

/**
 * The side that accepts or declines. The terminated extension for two proposers at once is declined
 * like any unknown protocol, as its document asks.
 */
public final class Responder extends Negotiation {

  private final Set<String> protocols;
  private boolean declined;

  /**
   * A responder.
   *
   * @param protocols what it accepts; may change while the talk goes on
   */
  public Responder(Set<String> protocols) {
    this.protocols = protocols;
  }

  @Override
  public boolean hasDeclined() {
    return declined;
  }

  @Override
  void onHeader(ByteBuf out) {
    Message.write(out, Message.HEADER);
  }

  @Override
  boolean onMessage(String text, ByteBuf out) {
    if (text.equals(Message.LIST)) {
      Message.writeList(out, protocols);
      return false;
    }
    boolean accepted = protocols.contains(text);
    declined |= !accepted;
    Message.write(out, accepted ? text : Message.NOT_AVAILABLE);
    return accepted;
  }
}
