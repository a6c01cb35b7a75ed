package io.tributary.libp2p.security;

import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.util.List;
import java.util.Optional;

/**
 * The rule by which both sides of a handshake arrive at the same muxer without another round trip.
 *
 * @see <a
 *     href="https://github.com/libp2p/specs/blob/master/connections/inlined-muxer-negotiation.md">Stream
 *     multiplexer negotiation in security handshake</a>
 */
public final class EarlyMuxer {
  private EarlyMuxer() {}

  /**
   * Returns the first muxer of the initiator's list that the responder supports; empty if one side
   * named none, so that the muxer is negotiated after the handshake.
   *
   * @throws SecureChannelException with {@link Reason#NO_COMMON_MUXER} if both named some and none
   *     is common
   */
  public static Optional<String> choose(Role role, List<String> ours, List<String> theirs)
      throws SecureChannelException {
    if (ours.isEmpty() || theirs.isEmpty()) {
      return Optional.empty();
    }
    List<String> initiators = role == Role.INITIATOR ? ours : theirs;
    List<String> responders = role == Role.INITIATOR ? theirs : ours;
    for (String muxer : initiators) {
      if (responders.contains(muxer)) {
        return Optional.of(muxer);
      }
    }
    throw new SecureChannelException(
        Reason.NO_COMMON_MUXER, "this side supports " + ours + ", the peer " + theirs);
  }
}
