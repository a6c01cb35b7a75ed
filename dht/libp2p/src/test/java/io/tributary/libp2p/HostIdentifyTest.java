package io.tributary.libp2p;

import static io.tributary.libp2p.TestHosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.identify.IdentifyMessage;
import io.tributary.libp2p.identity.PeerRecord;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.identity.SignedEnvelope;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.multiformats.Varint;
import io.tributary.libp2p.peers.AddressBook;
import io.tributary.libp2p.peers.PeerInfo;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host that learns from peers which say what is not so. */
class HostIdentifyTest {
  private static final Multiaddr CLAIMED = Multiaddr.parse("/ip4/192.0.2.1/tcp/1");
  private static final Multiaddr OLD = Multiaddr.parse("/ip4/192.0.2.2/tcp/2");
  private static final PrivateKey VICTIM = PrivateKey.ofEd25519Seed(new byte[32]);

  private final TestHosts hosts = new TestHosts();
  private final Host host = hosts.listening(TlsProtocol::new);
  private final Host liar = hosts.listening(TlsProtocol::new);
  private final List<PeerInfo> learnt = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    hosts.close();
  }

  /** Has the liar answer with these bytes, and connects. */
  private Connection meet(Consumer<ByteBuf> answer) {
    liar.handle(
        IdentifyMessage.PROTOCOL_ID,
        stream -> {
          send(stream, answer);
          return ByteBuf::release;
        });
    host.addListener(
        new HostListener() {
          @Override
          public void onIdentified(Connection connection, PeerInfo info) {
            learnt.add(info);
          }
        });
    return TestHosts.connect(host, liar);
  }

  private static void send(Stream stream, Consumer<ByteBuf> message) {
    ByteBuf out = stream.allocator().buffer();
    message.accept(out);
    stream.write(out);
    stream.closeWrite();
  }

  private IdentifyMessage says(Optional<PublicKey> key, Optional<SignedEnvelope> record) {
    return new IdentifyMessage(
        key,
        List.of(CLAIMED),
        Set.of("/lies/1.0.0"),
        Optional.empty(),
        Optional.empty(),
        Optional.of("liar/1"),
        record.map(SignedEnvelope::toBytes));
  }

  private IdentifyMessage says(SignedEnvelope record) {
    return says(Optional.of(liar.identity().publicKey()), Optional.of(record));
  }

  private void awaitLearnt(int times) {
    Awaitility.await().until(() -> learnt.size() >= times);
  }

  private List<Multiaddr> booked(PeerId peer) {
    return host.addressBook().addresses(peer);
  }

  @Test
  void whatAPeerSays_isKeptAsSaid_andCertifiesNothing() {
    meet(says(Optional.empty(), Optional.empty())::write);
    awaitLearnt(1);
    assertThat(learnt.get(0).agentVersion()).hasValue("liar/1");
    assertThat(booked(liar.peerId())).contains(CLAIMED);
    assertThat(host.addressBook().isCertified(liar.peerId(), CLAIMED)).isFalse();
  }

  @Test
  void keyOfAnother_andAllThatIsSaidWithIt_isIgnored() {
    Connection connection = meet(says(Optional.of(VICTIM.publicKey()), Optional.empty())::write);
    push(connection, says(Optional.empty(), Optional.empty()));

    awaitLearnt(1); // of the push, so the first has been dealt with
    assertThat(learnt).hasSize(1);
    assertThat(booked(VICTIM.peerId())).isEmpty();
  }

  @Test
  void recordOfAnother_isIgnored() {
    SignedEnvelope foreign = new PeerRecord(VICTIM.peerId(), 1, List.of(CLAIMED)).seal(VICTIM);
    meet(says(foreign)::write);
    awaitLearnt(1);
    assertThat(host.addressBook().record(VICTIM.peerId())).isEmpty();
    assertThat(booked(VICTIM.peerId())).isEmpty();
    assertThat(host.addressBook().isCertified(liar.peerId(), CLAIMED)).isFalse();
  }

  @Test
  void ownRecord_signedByAnother_isIgnored() {
    SignedEnvelope own = new PeerRecord(liar.peerId(), 1, List.of(CLAIMED)).seal(liar.identity());
    SignedEnvelope forged = SignedEnvelope.seal(VICTIM, PeerRecord.KIND, own.payload());
    meet(says(forged)::write);
    awaitLearnt(1);
    assertThat(host.addressBook().record(liar.peerId())).isEmpty();
    assertThat(host.addressBook().isCertified(liar.peerId(), CLAIMED)).isFalse();
  }

  @Test
  void recordWithASpoiltSignature_isIgnored() {
    byte[] bytes =
        new PeerRecord(liar.peerId(), 1, List.of(CLAIMED)).seal(liar.identity()).toBytes();
    bytes[bytes.length - 1] ^= 1;
    IdentifyMessage plain = says(Optional.empty(), Optional.empty());
    meet(
        new IdentifyMessage(
                plain.publicKey(),
                plain.listenAddresses(),
                plain.protocols(),
                plain.observedAddress(),
                plain.protocolVersion(),
                plain.agentVersion(),
                Optional.of(bytes))
            ::write);
    awaitLearnt(1);
    assertThat(host.addressBook().isCertified(liar.peerId(), CLAIMED)).isFalse();
    assertThat(booked(liar.peerId())).contains(CLAIMED);
  }

  @Test
  void recordThatIsReplayed_doesNotReplaceANewerOne() {
    PrivateKey key = liar.identity();
    SignedEnvelope older = new PeerRecord(liar.peerId(), 1, List.of(OLD)).seal(key);
    SignedEnvelope newer = new PeerRecord(liar.peerId(), 2, List.of(CLAIMED)).seal(key);
    Connection connection = meet(says(newer)::write);
    awaitLearnt(1);
    assertThat(host.addressBook().isCertified(liar.peerId(), CLAIMED)).isTrue();

    push(connection, says(older));
    awaitLearnt(2);

    assertThat(booked(liar.peerId())).doesNotContain(OLD);
    assertThat(host.addressBook().isCertified(liar.peerId(), CLAIMED)).isTrue();
  }

  @Test
  void newerRecord_takesTheOlderOnesAddressesAway() {
    PrivateKey key = liar.identity();
    Connection connection =
        meet(says(new PeerRecord(liar.peerId(), 1, List.of(OLD)).seal(key))::write);
    awaitLearnt(1);
    assertThat(booked(liar.peerId())).contains(OLD);

    push(connection, says(new PeerRecord(liar.peerId(), 2, List.of(CLAIMED)).seal(key)));
    awaitLearnt(2);

    assertThat(booked(liar.peerId())).contains(CLAIMED).doesNotContain(OLD);
  }

  // Too much

  @Test
  void messageThatIsTooLong_endsItsStream_notTheConnection() {
    Connection connection =
        meet(
            out -> {
              Varint.write(IdentifyMessage.MAX_BYTES + 1, out);
              out.writeZero(1000);
            });
    push(connection, says(Optional.empty(), Optional.empty()));

    awaitLearnt(1);
    assertThat(learnt).hasSize(1);
    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void messagesWithoutEnd_endTheirStream() {
    Connection connection =
        meet(
            out -> {
              for (int i = 0; i <= IdentifyMessage.MAX_MESSAGES; i++) {
                says(Optional.empty(), Optional.empty()).write(out);
              }
            });
    push(connection, says(Optional.empty(), Optional.empty()));

    awaitLearnt(1);
    assertThat(learnt).hasSize(1);
  }

  @Test
  void addressesAndProtocolsBeyondMeasure_areCutOff() {
    List<Multiaddr> addresses = new ArrayList<>();
    for (int i = 1; i <= 1000; i++) {
      addresses.add(Multiaddr.parse("/ip4/192.0.2.1/tcp/" + i));
    }
    Set<String> protocols = new LinkedHashSet<>();
    for (int i = 0; i < 1000; i++) {
      protocols.add("/p/" + i);
    }
    IdentifyMessage endless =
        new IdentifyMessage(
            Optional.empty(),
            addresses,
            protocols,
            Optional.empty(),
            Optional.empty(),
            Optional.of("x".repeat(10_000)),
            Optional.empty());
    meet(endless::write);
    awaitLearnt(1);

    PeerInfo info = learnt.get(0);
    assertThat(info.listenAddresses()).hasSize(IdentifyMessage.MAX_ADDRESSES);
    assertThat(info.protocols()).hasSize(IdentifyMessage.MAX_PROTOCOLS);
    assertThat(info.agentVersion().orElseThrow()).hasSize(IdentifyMessage.MAX_TEXT_CHARS);
    assertThat(booked(liar.peerId())).hasSize(AddressBook.DEFAULT_MAX_ADDRESSES);
  }

  @Test
  void newsWithoutEnd_isRefused() {
    Connection connection = meet(says(Optional.empty(), Optional.empty())::write);
    awaitLearnt(1);
    List<StreamReset> resets = new CopyOnWriteArrayList<>();
    int pushes = 3 * Identification.PUSH_BURST;
    for (int i = 0; i < pushes; i++) {
      Stream stream = await(backwards(connection).newStream(IdentifyMessage.PUSH_PROTOCOL_ID));
      stream.handler(
          new StreamHandler() {
            @Override
            public void onData(ByteBuf data) {
              data.release();
            }

            @Override
            public void onReset(StreamReset reset) {
              resets.add(reset);
            }
          });
      send(stream, says(Optional.empty(), Optional.empty())::write);
    }
    Awaitility.await().until(() -> resets.size() + learnt.size() - 1 == pushes);
    assertThat(learnt.size() - 1)
        .isBetween(Identification.PUSH_BURST, 2 * Identification.PUSH_BURST);
    assertThat(connection.isOpen()).isTrue();
  }

  /** The liar's end of a connection. */
  private Connection backwards(Connection connection) {
    assertThat(connection.remotePeer()).isEqualTo(liar.peerId());
    Awaitility.await().until(() -> liar.connection(host.peerId()).isPresent());
    return liar.connection(host.peerId()).orElseThrow();
  }

  private void push(Connection connection, IdentifyMessage message) {
    Stream stream = await(backwards(connection).newStream(IdentifyMessage.PUSH_PROTOCOL_ID));
    stream.handler(ByteBuf::release);
    send(stream, message::write);
  }

  // What peers see

  private IdentifyMessage sees(Multiaddr observed) {
    return new IdentifyMessage(
        Optional.empty(),
        List.of(),
        Set.of(),
        Optional.of(observed),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void addressThatOnePeerSees_isACandidateOnly() {
    Multiaddr seen = Multiaddr.parse("/ip4/203.0.113.7/tcp/4001");
    meet(sees(seen)::write);
    awaitLearnt(1);
    assertThat(host.observedAddresses().candidates()).containsExactly(seen);
    assertThat(host.addresses()).doesNotContain(seen);
  }

  @Test
  void addressThatEnoughPeersSee_isAnnounced() {
    Multiaddr seen = Multiaddr.parse("/ip4/203.0.113.7/tcp/4001");
    Host trusting =
        hosts.start(TlsProtocol::new, builder -> builder.listen(TestHosts.LOOPBACK).observers(1));
    liar.handle(
        IdentifyMessage.PROTOCOL_ID,
        stream -> {
          send(stream, sees(seen)::write);
          return ByteBuf::release;
        });
    TestHosts.connect(trusting, liar);
    Awaitility.await().until(() -> trusting.addresses().contains(seen));
  }

  /** What a peer sees of a port nobody listens at, or of another transport, is of no use. */
  @Test
  void addressThatCannotBeDialled_isNoCandidate() {
    Host quiet = hosts.dialling(TlsProtocol::new);
    liar.handle(
        IdentifyMessage.PROTOCOL_ID,
        stream -> {
          send(stream, sees(Multiaddr.parse("/ip4/203.0.113.7/tcp/4001"))::write);
          return ByteBuf::release;
        });
    Connection connection = TestHosts.connect(quiet, liar);
    Awaitility.await().until(() -> connection.peerInfo().isPresent());
    assertThat(quiet.observedAddresses().candidates()).isEmpty();

    meet(sees(Multiaddr.parse("/ip4/203.0.113.7/udp/4001/quic-v1"))::write);
    awaitLearnt(1);
    assertThat(host.observedAddresses().candidates()).isEmpty();
  }
}
