package io.tributary.libp2p.multistream;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** The side that proposes protocols, one after another. */
public final class Proposer extends Negotiation {

  private final List<String> protocols;
  private int current;

  /**
   * A proposer.
   *
   * @param protocols what it proposes, most wanted first; at least one
   */
  public Proposer(List<String> protocols) {
    if (protocols.isEmpty()) {
      throw new IllegalArgumentException("no protocol to propose");
    }
    this.protocols = List.copyOf(protocols);
  }

  /**
   * Appends the header and the first proposal. Where only one protocol is proposed its own data can
   * follow at once; if the peer refuses, all is lost anyway.
   */
  public void open(ByteBuf out) {
    Message.write(out, Message.HEADER);
    Message.write(out, protocols.get(0));
  }

  @Override
  void onHeader(ByteBuf out) {}

  @Override
  boolean onMessage(String text, ByteBuf out) throws NegotiationException {
    if (text.equals(protocols.get(current))) {
      return true;
    }
    if (!text.equals(Message.NOT_AVAILABLE)) {
      throw new NegotiationException(
          NegotiationFailure.UNEXPECTED_ANSWER, "to " + protocols.get(current));
    }
    current++;
    if (current == protocols.size()) {
      throw new NegotiationException(NegotiationFailure.NO_COMMON_PROTOCOL, protocols.toString());
    }
    Message.write(out, protocols.get(current));
    return false;
  }
}
