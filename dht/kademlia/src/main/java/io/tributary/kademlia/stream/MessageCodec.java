package io.tributary.kademlia.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.netty.buffer.ByteBuf;
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
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.io.IOException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The bytes of the DHT's messages. One kind of message serves for requests and responses, and each
 * has its length in front.
 *
 * <pre>
 *  stream     | uvarint length | message | uvarint length | message | ...
 *
 *  message    protobuf                          PUT  GET  ADD  GET  FIND PING
 *             1 type                            0    1    2    3    4    5
 *             2 key, bytes                      x    x    x    x    x
 *             3 record                          x    r
 *             8 closer peer, repeated                r         r    r
 *             9 provider peer, repeated                   x    r
 *                                               x in requests, r in responses;
 *  record     1 key, 2 value,                   PUT's response repeats it, ADD has none
 *             5 time received, RFC 3339
 *
 *  peer       1 binary peer id, 2 binary multiaddr, repeated, 3 connection (0: not connected)
 * </pre>
 *
 * Unknown fields are skipped. Peers and addresses in a message that can't be used are left out and
 * counted; anything else wrong refuses the whole message. Thread-safe.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/kad-dht/README.md#rpc-messages">RPC
 *     messages</a>
 */
public final class MessageCodec {

  /** The longest message, without its length. */
  public static final int MAX_BYTES = 256 * 1024;

  private static final Request.Kind[] TYPES = {
    Request.Kind.PUT_VALUE,
    Request.Kind.GET_VALUE,
    Request.Kind.ADD_PROVIDER,
    Request.Kind.GET_PROVIDERS,
    Request.Kind.FIND_NODE,
    Request.Kind.PING
  };

  /** The deepest nesting of messages, unknown ones included; known ones go two deep. */
  private static final int MAX_DEPTH = 16;

  /** As others write it: nine digits of a second. */
  private static final DateTimeFormatter RFC_3339 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final NetworkScope scope;
  private final Consumer<RefusalReason> dropped;
  private final InstantSource clock;

  /**
   * @param scope which addresses lead anywhere
   * @param dropped told of each peer and address that is left out
   * @param clock for the time of records
   */
  public MessageCodec(NetworkScope scope, Consumer<RefusalReason> dropped, InstantSource clock) {
    this.scope = scope;
    this.dropped = dropped;
    this.clock = clock;
  }

  // Writing

  /** Writes a request, without its length. */
  public byte[] encode(Request request) {
    Message.Builder message = message(request);
    if (request instanceof Request.AddProvider announcement) {
      announcement.providers().forEach(each -> message.addProviderPeers(peer(each)));
    } else if (request instanceof Request.PutValue put) {
      message.setRecord(record(put.record()));
    }
    return message.build().toByteArray();
  }

  /** Writes the response to a request, without its length. */
  public byte[] encode(Request request, Response response) {
    Message.Builder message = message(request);
    response.closer().forEach(each -> message.addCloserPeers(peer(each)));
    response.providers().forEach(each -> message.addProviderPeers(peer(each)));
    response.value().ifPresent(value -> message.setRecord(record(value)));
    return message.build().toByteArray();
  }

  private static Message.Builder message(Request request) {
    int type = List.of(TYPES).indexOf(request.kind());
    Message.Builder message = Message.newBuilder().setType(type);
    if (!(request instanceof Request.Ping)) {
      message.setKey(ByteString.copyFrom(request.key().toBytes()));
    }
    return message;
  }

  private static Peer peer(Contact contact) {
    Peer.Builder peer = Peer.newBuilder().setId(ByteString.copyFrom(contact.peer().toBytes()));
    contact.addresses().forEach(each -> peer.addAddrs(ByteString.copyFrom(each.toBytes())));
    return peer.build();
  }

  private Record record(ValueRecord value) {
    return Record.newBuilder()
        .setKey(ByteString.copyFrom(value.key().toBytes()))
        .setValue(ByteString.copyFrom(value.value()))
        .setTimeReceived(RFC_3339.format(clock.instant()))
        .build();
  }

  // Reading

  /**
   * Reads a request that fills the readable bytes of a buffer.
   *
   * @throws RefusedMessageException if it is none
   */
  public Request decodeRequest(ByteBuf bytes) throws RefusedMessageException {
    Message message = read(bytes);
    int type = message.getType();
    if (type < 0 || type >= TYPES.length) {
      throw new RefusedMessageException(
          RefusalReason.UNKNOWN_MESSAGE_TYPE, "a message of type " + type);
    }
    if (TYPES[type] == Request.Kind.PING) {
      return new Request.Ping(DhtKey.of(new byte[1]));
    }
    DhtKey key = key(message.getKey());
    return switch (TYPES[type]) {
      case PUT_VALUE -> {
        if (!message.hasRecord()) {
          throw new RefusedMessageException(
              RefusalReason.MALFORMED_MESSAGE, "a value is put that is not there");
        }
        yield new Request.PutValue(value(key, message.getRecord()));
      }
      case GET_VALUE -> new Request.GetValue(key);
      case ADD_PROVIDER ->
          new Request.AddProvider(
              key, contacts(message.getProviderPeersList(), Response.MAX_PROVIDERS));
      case GET_PROVIDERS -> new Request.GetProviders(key);
      case FIND_NODE -> new Request.FindNode(key);
      case PING -> throw new IllegalStateException("read above");
    };
  }

  /**
   * Reads a response that fills the readable bytes of a buffer.
   *
   * @throws RefusedMessageException if it is none
   */
  public Response decodeResponse(ByteBuf bytes) throws RefusedMessageException {
    Message message = read(bytes);
    Optional<ValueRecord> value =
        message.hasRecord()
            ? Optional.of(value(key(message.getRecord().getKey()), message.getRecord()))
            : Optional.empty();
    return new Response(
        contacts(message.getCloserPeersList(), Response.MAX_CLOSER),
        contacts(message.getProviderPeersList(), Response.MAX_PROVIDERS),
        value);
  }

  private static Message read(ByteBuf bytes) throws RefusedMessageException {
    if (bytes.readableBytes() > MAX_BYTES) {
      throw new RefusedMessageException(
          RefusalReason.MESSAGE_TOO_LONG,
          "a DHT message has at most " + MAX_BYTES + " bytes, this has " + bytes.readableBytes());
    }
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes.nioBuffer());
      in.setRecursionLimit(MAX_DEPTH);
      Message message = Message.parseFrom(in);
      in.checkLastTagWas(0);
      return message;
    } catch (IOException e) {
      throw new RefusedMessageException(
          RefusalReason.MALFORMED_MESSAGE, "a DHT message cannot be read: " + e.getMessage());
    }
  }

  private static DhtKey key(ByteString bytes) throws RefusedMessageException {
    if (bytes.isEmpty() || bytes.size() > DhtKey.MAX_BYTES) {
      throw new RefusedMessageException(
          RefusalReason.BAD_KEY,
          "a key has 1 to " + DhtKey.MAX_BYTES + " bytes, this has " + bytes.size());
    }
    return DhtKey.of(bytes.toByteArray());
  }

  private static ValueRecord value(DhtKey key, Record record) throws RefusedMessageException {
    if (!key(record.getKey()).equals(key)) {
      throw new RefusedMessageException(
          RefusalReason.BAD_KEY, "a value stands under another key than it says");
    }
    if (record.getValue().size() > ValueRecord.MAX_VALUE_BYTES) {
      throw new RefusedMessageException(
          RefusalReason.VALUE_TOO_LONG, "a value of " + record.getValue().size() + " bytes");
    }
    return new ValueRecord(key, record.getValue().toByteArray());
  }

  private List<Contact> contacts(List<Peer> peers, int atMost) {
    List<Contact> contacts = new ArrayList<>(Math.min(peers.size(), atMost));
    for (Peer peer : peers) {
      if (contacts.size() == atMost) {
        break;
      }
      contact(peer).ifPresent(contacts::add);
    }
    return contacts;
  }

  private Optional<Contact> contact(Peer peer) {
    PeerId id;
    try {
      if (peer.getId().size() > PeerId.MAX_BYTES) {
        dropped.accept(RefusalReason.BAD_PEER_ID);
        return Optional.empty();
      }
      id = PeerId.decode(peer.getId().toByteArray());
    } catch (MalformedFormatException e) {
      dropped.accept(RefusalReason.BAD_PEER_ID);
      return Optional.empty();
    }
    List<Multiaddr> addresses = new ArrayList<>();
    for (ByteString each : peer.getAddrsList()) {
      if (addresses.size() == Contact.MAX_ADDRESSES) {
        break;
      }
      address(each, id).ifPresent(addresses::add);
    }
    return Optional.of(Contact.of(id, addresses));
  }

  private Optional<Multiaddr> address(ByteString bytes, PeerId owner) {
    if (bytes.size() > Multiaddr.MAX_BYTES
        || !(Multiaddr.tryDecode(bytes.toByteArray()) instanceof DecodedAddress.Usable usable)) {
      dropped.accept(RefusalReason.BAD_ADDRESS);
      return Optional.empty();
    }
    Multiaddr address = usable.address();
    if (address.peerId().map(peer -> !peer.equals(owner)).orElse(false)) {
      dropped.accept(RefusalReason.BAD_ADDRESS);
      return Optional.empty();
    }
    if (!scope.isRoutable(address)) {
      dropped.accept(RefusalReason.UNROUTABLE_ADDRESS);
      return Optional.empty();
    }
    return Optional.of(address.withoutPeerId());
  }
}
