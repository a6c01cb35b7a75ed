package io.tributary.libp2p.autonat;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Direction;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.wire.MessageStream;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Asks peers to dial this host, by AutoNAT of version 2 and 1. By version 2 a server that says it
 * reached an address is believed only if its nonce has arrived, on a connection that somebody has
 * made to this host since it was asked. Thread-safe.
 */
public final class AutoNatClient {

  /** How long a server may take. */
  public static final Duration DEADLINE = Duration.ofSeconds(40);

  /** The most that is paid for one dial, however often the server asks. */
  public static final int MAX_PAID_BYTES = 128 << 10;

  /** The most requests under way. */
  public static final int MAX_UNDER_WAY = 16;

  private final Host host;
  private final SecureRandom random;
  private final Map<Long, Question2> nonces = new ConcurrentHashMap<>();

  /**
   * Lets servers dial a host.
   *
   * @param random makes nonces
   */
  public AutoNatClient(Host host, SecureRandom random) {
    this.host = host;
    this.random = random;
    host.handle(DialBackMessage.PROTOCOL_ID, stream -> new Arrival(stream).messages);
  }

  /**
   * Asks a peer to dial the first address it can, by version 2.
   *
   * @param addresses at most {@link AutoNatMessage#MAX_ADDRESSES}
   * @return never fails
   */
  public Future<Probe> ask(Connection server, List<Multiaddr> addresses) {
    Promise<Probe> promise = server.eventLoop().newPromise();
    if (nonces.size() >= MAX_UNDER_WAY) {
      return promise.setSuccess(
          new Probe(
              server.remotePeer(), 2, Optional.empty(), ProbeResult.REFUSED, Optional.empty()));
    }
    new Question2(server, addresses, promise).open(server);
    return promise;
  }

  /**
   * Asks a peer to dial any of the addresses, by version 1.
   *
   * @return never fails
   */
  public Future<Probe> askByVersion1(Connection server, List<Multiaddr> addresses) {
    Promise<Probe> promise = server.eventLoop().newPromise();
    new Question1(server.remotePeer(), addresses, promise).open(server);
    return promise;
  }

  /** What the two versions have in common. */
  private abstract static class Question implements MessageStream.Listener {
    final PeerId server;
    final int version;
    final List<Multiaddr> addresses;
    private final Promise<Probe> promise;
    private @Nullable Stream stream;
    private @Nullable MessageStream messages;

    Question(PeerId server, int version, List<Multiaddr> addresses, Promise<Probe> promise) {
      this.server = server;
      this.version = version;
      this.addresses = List.copyOf(addresses);
      this.promise = promise;
    }

    void open(Connection connection, String protocol, int maxBytes, byte[] question) {
      connection
          .newStream(protocol)
          .addListener(
              (Future<Stream> opened) -> {
                if (opened.isSuccess()) {
                  opened
                      .getNow()
                      .eventLoop()
                      .execute(() -> begin(opened.getNow(), maxBytes, question));
                } else {
                  tell(Optional.empty(), ProbeResult.NO_ANSWER);
                }
              });
    }

    private void begin(Stream opened, int maxBytes, byte[] question) {
      stream = opened;
      MessageStream talk = new MessageStream(opened, maxBytes, this);
      messages = talk;
      opened.deadline(DEADLINE);
      opened.handler(talk);
      talk.send(question);
    }

    void send(byte[] message) {
      if (messages != null) {
        messages.send(message);
      }
    }

    void tell(Optional<Multiaddr> address, ProbeResult result) {
      if (messages != null) {
        messages.finish();
      }
      if (stream != null) {
        stream.closeWrite();
      }
      promise.trySuccess(new Probe(server, version, address, result, from()));
    }

    /** Whence the server came, if it did. */
    Optional<InetAddress> from() {
      return Optional.empty();
    }

    @Override
    public void onMalformed(MalformedFormatException cause) {
      tell(Optional.empty(), ProbeResult.NO_ANSWER);
    }

    @Override
    public void onNoMore(Optional<StreamReset> reset) {
      tell(Optional.empty(), ProbeResult.NO_ANSWER);
    }
  }

  private final class Question2 extends Question {
    private final long nonce = random.nextLong();
    private final Instant askedAt = host.clock().instant();
    private final Connection askedOver;
    private final AtomicReference<@Nullable InetAddress> arrivedFrom = new AtomicReference<>();
    private long paidBytes;

    Question2(Connection askedOver, List<Multiaddr> addresses, Promise<Probe> promise) {
      super(askedOver.remotePeer(), 2, addresses, promise);
      this.askedOver = askedOver;
      nonces.put(nonce, this);
      promise.addListener(done -> nonces.remove(nonce));
    }

    /** Takes the nonce, unless it came by a way that proves nothing. */
    boolean arrive(Connection by) {
      boolean proves =
          by.direction() == Direction.INBOUND
              && !by.isLimited()
              && !by.equals(askedOver)
              && !by.openedAt().isBefore(askedAt)
              && addresses.stream()
                  .anyMatch(each -> each.protocols().equals(by.localAddress().protocols()));
      if (proves) {
        by.remoteAddress()
            .toSocketAddress()
            .ifPresent(socket -> arrivedFrom.set(socket.getAddress()));
      }
      return proves;
    }

    private boolean hasArrived() {
      return arrivedFrom.get() != null;
    }

    @Override
    Optional<InetAddress> from() {
      return Optional.ofNullable(arrivedFrom.get());
    }

    void open(Connection connection) {
      open(
          connection,
          AutoNatMessage.PROTOCOL_ID,
          AutoNatMessage.MAX_BYTES,
          AutoNatMessage.DialRequest.of(addresses, nonce).toBytes());
    }

    @Override
    public void onMessage(ByteBuf bytes) {
      AutoNatMessage message = AutoNatMessage.read(bytes);
      if (message instanceof AutoNatMessage.DataRequest request) {
        pay(request);
      } else if (message instanceof AutoNatMessage.DialResponse response) {
        judge(response);
      } else {
        tell(Optional.empty(), ProbeResult.NO_ANSWER);
      }
    }

    private void pay(AutoNatMessage.DataRequest request) {
      if (request.bytes() < 0 || request.bytes() > MAX_PAID_BYTES - paidBytes) {
        tell(address(request.addressIndex()), ProbeResult.TOO_EXPENSIVE);
        return;
      }
      paidBytes += request.bytes();
      for (long left = request.bytes(); left > 0; left -= AutoNatMessage.MAX_DATA_BYTES) {
        int piece = (int) Math.min(left, AutoNatMessage.MAX_DATA_BYTES);
        send(new AutoNatMessage.Data(piece).toBytes());
      }
    }

    private void judge(AutoNatMessage.DialResponse response) {
      if (response.status() != RequestStatus.OK) {
        tell(Optional.empty(), ProbeResult.REFUSED);
        return;
      }
      Optional<Multiaddr> address = address(response.addressIndex());
      ProbeResult result =
          switch (response.dialStatus()) {
            case OK -> hasArrived() ? ProbeResult.REACHED : ProbeResult.LIE;
            // Somebody is at the address, and speaks as this host would have.
            case DIAL_BACK_ERROR -> hasArrived() ? ProbeResult.REACHED : ProbeResult.NO_ANSWER;
            case DIAL_ERROR -> ProbeResult.NOT_REACHED;
            case UNKNOWN -> ProbeResult.NO_ANSWER;
          };
      tell(address, address.isEmpty() ? ProbeResult.NO_ANSWER : result);
    }

    private Optional<Multiaddr> address(long index) {
      return index < addresses.size() ? Optional.of(addresses.get((int) index)) : Optional.empty();
    }
  }

  private final class Question1 extends Question {
    Question1(PeerId server, List<Multiaddr> addresses, Promise<Probe> promise) {
      super(server, 1, addresses, promise);
    }

    void open(Connection connection) {
      open(
          connection,
          AutoNat1Message.PROTOCOL_ID,
          AutoNat1Message.MAX_BYTES,
          new AutoNat1Message.Dial(host.peerId(), addresses).toBytes());
    }

    @Override
    public void onMessage(ByteBuf bytes) {
      if (!(AutoNat1Message.read(bytes) instanceof AutoNat1Message.Response response)) {
        tell(Optional.empty(), ProbeResult.NO_ANSWER);
        return;
      }
      Optional<Multiaddr> address =
          response.address().map(Multiaddr::withoutPeerId).filter(addresses::contains);
      switch (response.status()) {
        case OK -> tell(address, address.isPresent() ? ProbeResult.REACHED : ProbeResult.NO_ANSWER);
        case DIAL_ERROR -> tell(Optional.empty(), ProbeResult.NOT_REACHED);
        case DIAL_REFUSED -> tell(Optional.empty(), ProbeResult.REFUSED);
        case BAD_REQUEST, INTERNAL_ERROR -> tell(Optional.empty(), ProbeResult.NO_ANSWER);
      }
    }
  }

  /** A server that has come. */
  private final class Arrival implements MessageStream.Listener {
    private final Stream stream;
    private final MessageStream messages;

    Arrival(Stream stream) {
      this.stream = stream;
      this.messages = new MessageStream(stream, DialBackMessage.MAX_BYTES, this);
      stream.deadline(DEADLINE);
    }

    @Override
    public void onMessage(ByteBuf bytes) {
      Question2 question = nonces.get(DialBackMessage.read(bytes).nonce());
      if (question == null || !question.arrive(stream.connection())) {
        stream.reset(StreamReset.NO_CODE);
        return;
      }
      messages.send(DialBackMessage.response());
      messages.finish();
      stream.closeWrite();
    }

    @Override
    public void onMalformed(MalformedFormatException cause) {
      stream.abort(ResetReason.PROTOCOL_VIOLATION);
    }

    @Override
    public void onNoMore(Optional<StreamReset> reset) {
      stream.reset(StreamReset.NO_CODE);
    }
  }
}
