package io.tributary.libp2p;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.transport.Acceptor;
import io.tributary.libp2p.transport.DialTarget;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.Transport;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.transport.TransportListener;
import io.tributary.libp2p.transport.tcp.TcpTransport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** TCP that counts dials and, told to, lets nothing in on the connections it dialled. */
final class GatedTransport implements Transport {
  private final Transport tcp;
  final List<DialTarget> dials = new CopyOnWriteArrayList<>();
  final List<Channel> channels = new CopyOnWriteArrayList<>();

  GatedTransport(IoEngine io) {
    tcp = new TcpTransport(io);
  }

  /** From when this returns, nothing more that the peers send is read; or it is again. */
  void letIn(boolean open) {
    for (Channel channel : channels) {
      channel.eventLoop().submit(() -> channel.config().setAutoRead(open)).awaitUninterruptibly();
    }
  }

  @Override
  public String name() {
    return tcp.name();
  }

  @Override
  public boolean canDial(Multiaddr address) {
    return tcp.canDial(address);
  }

  @Override
  public boolean canListen(Multiaddr address) {
    return tcp.canListen(address);
  }

  @Override
  public Future<TransportConnection> dial(DialTarget target) {
    dials.add(target);
    Future<TransportConnection> dialling = tcp.dial(target);
    dialling.addListener(
        (Future<TransportConnection> result) -> {
          if (result.isSuccess() && result.getNow() instanceof TransportConnection.Raw raw) {
            channels.add(raw.channel());
          }
        });
    return dialling;
  }

  @Override
  public Future<TransportListener> listen(Multiaddr address, Acceptor acceptor) {
    return tcp.listen(address, acceptor);
  }
}
