package io.tributary.libp2p.autonat;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** A request of version 1. */
final class DialSession1 extends DialSession {

  /** The most addresses dialled for one request. */
  private static final int MAX_DIALS = 2;

  private final ArrayDeque<Multiaddr> left = new ArrayDeque<>();

  DialSession1(AutoNatServer server, Stream stream) {
    super(server, stream, AutoNat1Message.MAX_BYTES);
  }

  @Override
  public void onMessage(ByteBuf bytes) {
    if (!(AutoNat1Message.read(bytes) instanceof AutoNat1Message.Dial dial)
        || !dial.peer().equals(connection().remotePeer())) {
      respond(AutoNat1Message.Status.BAD_REQUEST, Optional.empty());
      return;
    }
    if (isTooMuch()) {
      server.countRefused();
      respond(AutoNat1Message.Status.DIAL_REFUSED, Optional.empty());
      return;
    }
    Optional<InetAddress> seenAt = AutoNatServer.ip(connection().remoteAddress());
    List<Multiaddr> usable =
        dial.addresses().stream()
            .filter(each -> AutoNatServer.ip(each).equals(seenAt) && server.isDiallable(each))
            .distinct()
            .limit(MAX_DIALS)
            .toList();
    if (usable.isEmpty()) {
      server.countRefused();
      respond(AutoNat1Message.Status.DIAL_REFUSED, Optional.empty());
      return;
    }
    messages.hold();
    left.addAll(usable);
    next();
  }

  private void next() {
    Multiaddr address = left.poll();
    if (address == null || isDone()) {
      respond(AutoNat1Message.Status.DIAL_ERROR, Optional.empty());
      return;
    }
    dial(
        address,
        result -> {
          if (result.isSuccess()) {
            result.getNow().close();
            respond(AutoNat1Message.Status.OK, Optional.of(address));
          } else {
            next();
          }
        });
  }

  private void respond(AutoNat1Message.Status status, Optional<Multiaddr> address) {
    if (!isDone()) {
      answer(new AutoNat1Message.Response(status, address).toBytes());
    }
  }
}
