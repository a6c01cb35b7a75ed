package io.tributary.libp2p.multistream;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * One side of a talk about the protocol to be spoken. Pure: bytes go in and out by buffers. Not
 * thread-safe.
 */
public abstract sealed class Negotiation permits Proposer, Responder {

  /** The most messages one talk may have; with more the peer plays for time. */
  public static final int MAX_MESSAGES = 64;

  private final MessageReader reader = new MessageReader();
  private boolean headerSeen;
  private int messages;

  Negotiation() {}

  /**
   * Takes what the peer sent.
   *
   * @param in its bytes; those that follow the agreement are left unread, they are the protocol's
   * @param out where answers are appended
   * @return the protocol, once agreed; the object must not be used after that
   * @throws NegotiationException if there is no agreement, or the peer breaks the rules
   */
  public final Optional<String> receive(ByteBuf in, ByteBuf out) throws NegotiationException {
    while (true) {
      Optional<String> message = reader.read(in);
      if (message.isEmpty()) {
        return Optional.empty();
      }
      if (++messages > MAX_MESSAGES) {
        throw new NegotiationException(
            NegotiationFailure.TOO_MANY_MESSAGES, "more than " + MAX_MESSAGES);
      }
      String text = message.get();
      if (!headerSeen) {
        if (!text.equals(Message.HEADER)) {
          throw new NegotiationException(NegotiationFailure.BAD_HEADER, "not " + Message.HEADER);
        }
        headerSeen = true;
        onHeader(out);
      } else if (onMessage(text, out)) {
        return Optional.of(text);
      }
    }
  }

  /** Whether a proposal of the peer was declined, which it may not have seen yet. */
  public boolean hasDeclined() {
    return false;
  }

  abstract void onHeader(ByteBuf out);

  /** Handles a message after the header; returns whether it is the protocol agreed on. */
  abstract boolean onMessage(String text, ByteBuf out) throws NegotiationException;
}
