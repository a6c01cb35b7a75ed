package io.tributary.libp2p.autonat;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.Multiaddr;
import org.jspecify.annotations.Nullable;

/** A request of version 2. */
final class DialSession2 extends DialSession {
  private @Nullable Multiaddr target;
  private int index;
  private long nonce;
  private long owedBytes;

  DialSession2(AutoNatServer server, Stream stream) {
    super(server, stream, AutoNatMessage.MAX_BYTES);
  }

  @Override
  public void onMessage(ByteBuf bytes) {
    AutoNatMessage message = AutoNatMessage.read(bytes);
    Multiaddr chosen = target;
    if (message instanceof AutoNatMessage.DialRequest request && chosen == null) {
      begin(request);
    } else if (message instanceof AutoNatMessage.Data data && chosen != null && owedBytes > 0) {
      owedBytes -= data.bytes();
      server.countPaid(data.bytes());
      if (owedBytes <= 0) {
        dial(chosen);
      }
    } else {
      violated();
    }
  }

  private void begin(AutoNatMessage.DialRequest request) {
    if (isTooMuch()) {
      server.countRefused();
      respond(RequestStatus.REQUEST_REJECTED, DialStatus.UNKNOWN);
      return;
    }
    nonce = request.nonce();
    for (index = 0; index < request.addresses().size(); index++) {
      if (request.addresses().get(index) instanceof DecodedAddress.Usable usable
          && server.isDiallable(usable.address())) {
        choose(usable.address());
        return;
      }
    }
    index = 0;
    server.countRefused();
    respond(RequestStatus.DIAL_REFUSED, DialStatus.UNKNOWN);
  }

  private void choose(Multiaddr address) {
    target = address;
    if (AutoNatServer.ip(address).equals(AutoNatServer.ip(connection().remoteAddress()))) {
      dial(address);
      return;
    }
    owedBytes = server.price();
    messages.send(new AutoNatMessage.DataRequest(index, owedBytes).toBytes());
  }

  private void dial(Multiaddr address) {
    messages.hold();
    dial(
        address,
        result -> {
          if (!result.isSuccess()) {
            respond(RequestStatus.OK, DialStatus.DIAL_ERROR);
          } else {
            new NonceDelivery(this, result.getNow(), nonce).begin();
          }
        });
  }

  void respond(RequestStatus status, DialStatus dialStatus) {
    if (!isDone()) {
      answer(new AutoNatMessage.DialResponse(status, index, dialStatus).toBytes());
    }
  }
}
