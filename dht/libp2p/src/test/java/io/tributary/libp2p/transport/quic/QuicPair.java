package io.tributary.libp2p.transport.quic;

import static io.tributary.libp2p.TestHosts.await;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.muxer.MuxedConnection;
import io.tributary.libp2p.muxer.MuxerListener;
import io.tributary.libp2p.muxer.ReceiveBudget;
import io.tributary.libp2p.muxer.SendBudget;
import io.tributary.libp2p.security.tls.CertificateRotation;
import io.tributary.libp2p.stream.ByteStream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.transport.Acceptor;
import io.tributary.libp2p.transport.DialTarget;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.transport.TransportConnection.Muxed;
import io.tributary.libp2p.transport.TransportListener;
import io.tributary.libp2p.upgrade.UpgradeException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Two transports on loopback, one of which listens. */
final class QuicPair implements AutoCloseable {
  static final Multiaddr LOOPBACK = Multiaddr.parse("/ip4/127.0.0.1/udp/0/quic-v1");

  final IoEngine io;
  final PrivateKey serverKey = PrivateKey.generate(new SecureRandom());
  final QuicTransport server;
  final QuicTransport client;
  final Door door = new Door();
  final ReceiveBudget serversBudget;
  final TransportListener listener;

  QuicPair(QuicOptions options) {
    this(options, options, IoEngine.Kind.preferred());
  }

  QuicPair(QuicOptions servers, QuicOptions clients, IoEngine.Kind kind) {
    this(servers, clients, kind, ReceiveBudget.ofDefaultSize());
  }

  QuicPair(
      QuicOptions servers, QuicOptions clients, IoEngine.Kind kind, ReceiveBudget serversBudget) {
    this.serversBudget = serversBudget;
    io = IoEngine.start(kind, 2);
    server =
        new QuicTransport(
            io, certificates(serverKey), servers, serversBudget, SendBudget.ofDefaultSize());
    client = new QuicTransport(io, certificates(PrivateKey.generate(new SecureRandom())), clients);
    listener = await(server.listen(LOOPBACK, door));
  }

  static CertificateRotation certificates(PrivateKey key) {
    return new CertificateRotation(key, InstantSource.system(), new SecureRandom());
  }

  PeerId serverId() {
    return serverKey.peerId();
  }

  Future<TransportConnection> dial() {
    return client.dial(DialTarget.of(listener.address(), Optional.of(serverId())));
  }

  /** A connection that is attached. */
  Side connect() {
    return new Side((Muxed) await(dial()), stream -> {});
  }

  @Override
  public void close() {
    io.close();
  }

  /** What the listening side was told. */
  static final class Door implements Acceptor {
    final List<Side> accepted = new CopyOnWriteArrayList<>();
    final List<UpgradeException> failures = new CopyOnWriteArrayList<>();
    volatile boolean isOpen = true;
    volatile boolean attaches = true;

    /** What the accepting sides do with streams. */
    volatile Consumer<ByteStream> onStream = stream -> stream.handler(new Answer(stream));

    @Override
    public boolean admits(InetAddress remote) {
      return isOpen;
    }

    @Override
    public void accept(TransportConnection connection) {
      if (attaches) {
        accepted.add(new Side((Muxed) connection, onStream));
      }
    }

    @Override
    public void failed(UpgradeException cause) {
      failures.add(cause);
    }
  }

  /** One end of a connection. */
  static final class Side implements MuxerListener {
    final Muxed transport;
    final MuxedConnection connection;
    final List<ByteStream> inbound = new CopyOnWriteArrayList<>();
    final List<CloseReason> closed = new CopyOnWriteArrayList<>();
    private final Consumer<ByteStream> onStream;

    Side(Muxed transport, Consumer<ByteStream> onStream) {
      this.transport = transport;
      this.onStream = onStream;
      if (transport.eventLoop().inEventLoop()) {
        connection = transport.start().attach(this);
      } else {
        connection =
            transport
                .eventLoop()
                .submit(() -> transport.start().attach(this))
                .syncUninterruptibly()
                .getNow();
      }
    }

    @Override
    public void onInboundStream(ByteStream stream) {
      inbound.add(stream);
      onStream.accept(stream);
    }

    @Override
    public void onClosed(CloseReason reason) {
      closed.add(reason);
    }
  }

  /** Answers with 50,000 bytes and the end. */
  private record Answer(ByteStream stream) implements StreamHandler {
    @Override
    public void onData(ByteBuf data) {
      stream.write(data);
      stream.write(stream.allocator().directBuffer(50_000).writeZero(50_000));
      stream.closeWrite();
    }
  }
}
