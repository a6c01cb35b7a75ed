package io.tributary.kademlia.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.tributary.kademlia.TestPeers;
import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.kademlia.message.ValueRecord;
import io.tributary.kademlia.network.NetworkScope;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.kademlia.stream.KademliaMessages.Message;
import io.tributary.kademlia.stream.KademliaMessages.Peer;
import io.tributary.kademlia.stream.KademliaMessages.Record;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

  private final SplittableRandom random = new SplittableRandom(3);
  private final List<RefusalReason> dropped = new ArrayList<>();
  private final MessageCodec codec = codec(NetworkScope.INTERNET);

  private MessageCodec codec(NetworkScope scope) {
    return new MessageCodec(scope, dropped::add, () -> Instant.parse("2030-01-02T03:04:05.06Z"));
  }

  private Request readRequest(byte[] bytes) throws RefusedMessageException {
    return codec.decodeRequest(Unpooled.wrappedBuffer(bytes));
  }

  private void refused(Message message, RefusalReason reason) {
    assertThatExceptionOfType(RefusedMessageException.class)
        .isThrownBy(() -> readRequest(message.toByteArray()))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void requests_areReadAsWritten() throws RefusedMessageException {
    DhtKey key = DhtKey.of(TestPeers.content(random));
    DhtKey value = DhtKey.ofValue("test", new byte[] {1});
    for (Request request :
        List.of(
            new Request.FindNode(key),
            new Request.GetProviders(key),
            new Request.GetValue(value),
            new Request.PutValue(new ValueRecord(value, new byte[] {1, 2})),
            new Request.AddProvider(key, List.of(TestPeers.contact(random))))) {
      assertThat(readRequest(codec.encode(request))).isEqualTo(request);
    }
    assertThat(readRequest(codec.encode(new Request.Ping(key)))).isInstanceOf(Request.Ping.class);
    assertThat(dropped).isEmpty();
  }

  @Test
  void findNode_hasTheBytesOfTheSpecification() {
    byte[] bytes = codec.encode(new Request.FindNode(DhtKey.of(new byte[] {7, 8, 9})));
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("08041203070809");
  }

  @Test
  void response_isReadAsWritten() throws RefusedMessageException {
    DhtKey value = DhtKey.ofValue("test", new byte[] {1});
    Response response =
        new Response(
            List.of(TestPeers.contact(random), TestPeers.contact(random)),
            List.of(TestPeers.contact(random)),
            Optional.of(new ValueRecord(value, new byte[1000])));
    byte[] bytes = codec.encode(new Request.GetValue(value), response);
    assertThat(codec.decodeResponse(Unpooled.wrappedBuffer(bytes))).isEqualTo(response);
  }

  @Test
  void unknownType_isRefused() {
    refused(
        Message.newBuilder().setType(6).setKey(ByteString.copyFromUtf8("k")).build(),
        RefusalReason.UNKNOWN_MESSAGE_TYPE);
    refused(
        Message.newBuilder().setType(-1).setKey(ByteString.copyFromUtf8("k")).build(),
        RefusalReason.UNKNOWN_MESSAGE_TYPE);
  }

  @Test
  void idOfAMebibyte_isRefused() {
    ByteString huge = ByteString.copyFrom(new byte[1 << 20]);
    refused(Message.newBuilder().setType(4).setKey(huge).build(), RefusalReason.MESSAGE_TOO_LONG);
    refused(
        Message.newBuilder().setType(4).setKey(huge.substring(0, 2000)).build(),
        RefusalReason.BAD_KEY);
    refused(Message.newBuilder().setType(4).build(), RefusalReason.BAD_KEY);
  }

  @Test
  void longPeerId_isLeftOut() throws RefusedMessageException {
    Message message =
        Message.newBuilder()
            .setType(2)
            .setKey(ByteString.copyFromUtf8("key"))
            .addProviderPeers(Peer.newBuilder().setId(ByteString.copyFrom(new byte[100_000])))
            .addProviderPeers(Peer.newBuilder().setId(ByteString.copyFromUtf8("none")))
            .build();
    assertThat(((Request.AddProvider) readRequest(message.toByteArray())).providers()).isEmpty();
    assertThat(dropped).containsExactly(RefusalReason.BAD_PEER_ID, RefusalReason.BAD_PEER_ID);
  }

  @Test
  void unroutableAddress_isLeftOutUnlessLocal() throws RefusedMessageException {
    Contact contact =
        Contact.of(
            TestPeers.peer(random),
            List.of(
                Multiaddr.parse("/ip4/127.0.0.1/tcp/1"),
                Multiaddr.parse("/ip4/10.1.2.3/tcp/1"),
                Multiaddr.parse("/ip4/0.0.0.0/tcp/1"),
                Multiaddr.parse("/ip4/45.1.2.3/tcp/1")));
    byte[] bytes =
        codec.encode(new Request.AddProvider(DhtKey.of(new byte[] {1}), List.of(contact)));
    Request.AddProvider wide = (Request.AddProvider) readRequest(bytes);
    assertThat(wide.providers().get(0).addresses())
        .containsExactly(Multiaddr.parse("/ip4/45.1.2.3/tcp/1"));
    assertThat(dropped).hasSize(3).containsOnly(RefusalReason.UNROUTABLE_ADDRESS);
    Request.AddProvider local =
        (Request.AddProvider)
            codec(NetworkScope.LOCAL).decodeRequest(Unpooled.wrappedBuffer(bytes));
    assertThat(local.providers().get(0).addresses()).hasSize(3);
  }

  @Test
  void valueUnderAnotherKey_isRefused() {
    Record record =
        Record.newBuilder()
            .setKey(ByteString.copyFromUtf8("/test/b"))
            .setValue(ByteString.copyFromUtf8("v"))
            .build();
    Message.Builder put =
        Message.newBuilder().setType(0).setKey(ByteString.copyFromUtf8("/test/a"));
    refused(put.setRecord(record).build(), RefusalReason.BAD_KEY);
    refused(put.clearRecord().build(), RefusalReason.MALFORMED_MESSAGE);
    refused(
        put.setRecord(
                Record.newBuilder()
                    .setKey(put.getKey())
                    .setValue(ByteString.copyFrom(new byte[ValueRecord.MAX_VALUE_BYTES + 1])))
            .build(),
        RefusalReason.VALUE_TOO_LONG);
  }

  @Test
  void tooManyPeers_areCutOff() throws RefusedMessageException {
    Message.Builder message = Message.newBuilder().setType(4);
    for (int i = 0; i < 1_000; i++) {
      message.addCloserPeers(
          Peer.newBuilder().setId(ByteString.copyFrom(TestPeers.peer(random).toBytes())));
    }
    assertThat(codec.decodeResponse(Unpooled.wrappedBuffer(message.build().toByteArray())).closer())
        .hasSize(Response.MAX_CLOSER);
  }
}
