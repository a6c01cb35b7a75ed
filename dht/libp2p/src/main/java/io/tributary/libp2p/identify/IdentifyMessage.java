package io.tributary.libp2p.identify;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.identity.SignedEnvelope;
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.wire.DelimitedReader;
import io.tributary.libp2p.wire.IdentifyMessages.Identify;
import io.tributary.libp2p.wire.MessageReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a peer says of itself, as it is sent; whatever is not said is empty.
 *
 * @param publicKey the encoded key
 * @param listenAddresses where it listens; addresses of unknown protocols have been left out
 * @param protocols what it answers
 * @param observedAddress where it sees the one it talks to
 * @param protocolVersion its family of protocols
 * @param agentVersion its software
 * @param signedRecord its peer record, in a signed envelope not checked yet
 */
public record IdentifyMessage(
    Optional<PublicKey> publicKey,
    List<Multiaddr> listenAddresses,
    Set<String> protocols,
    Optional<Multiaddr> observedAddress,
    Optional<String> protocolVersion,
    Optional<String> agentVersion,
    Optional<byte[]> signedRecord) {

  /** The protocol by which a peer is asked. */
  public static final String PROTOCOL_ID = "/ipfs/id/1.0.0";

  /** The protocol by which a peer tells of changes. */
  public static final String PUSH_PROTOCOL_ID = "/ipfs/id/push/1.0.0";

  /** The longest message that is read. */
  public static final int MAX_BYTES = 64 * 1024;

  /** The most messages that make one answer. */
  public static final int MAX_MESSAGES = 10;

  /** The most addresses that are taken from one answer. */
  public static final int MAX_ADDRESSES = 128;

  /** The most protocols that are taken from one answer. */
  public static final int MAX_PROTOCOLS = 512;

  /** The most characters of an id or a version that are taken. */
  public static final int MAX_TEXT_CHARS = 256;

  /** A message longer than this is sent without its record, which follows in a second one. */
  private static final int SPLIT_BYTES = 4096;

  private static final MessageReader<Identify> READER =
      new MessageReader<>("an identify message", Identify.parser(), MAX_BYTES);

  public IdentifyMessage {
    listenAddresses = List.copyOf(listenAddresses);
    protocols = Set.copyOf(protocols);
  }

  /** Nothing said. */
  public static IdentifyMessage empty() {
    return new IdentifyMessage(
        Optional.empty(),
        List.of(),
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Reads a message without its length.
   *
   * @throws MalformedFormatException if it is not one
   */
  public static IdentifyMessage read(ByteBuf bytes) {
    Identify message = READER.read(bytes);
    List<Multiaddr> addresses = new ArrayList<>();
    for (ByteString each : message.getListenAddrsList()) {
      if (addresses.size() < MAX_ADDRESSES) {
        address(each).ifPresent(addresses::add);
      }
    }
    Set<String> protocols = new LinkedHashSet<>();
    for (String each : message.getProtocolsList()) {
      if (protocols.size() < MAX_PROTOCOLS && each.length() <= MAX_TEXT_CHARS) {
        protocols.add(each);
      }
    }
    return new IdentifyMessage(
        message.hasPublicKey()
            ? Optional.of(PublicKey.decode(message.getPublicKey().toByteArray()))
            : Optional.empty(),
        addresses,
        protocols,
        message.hasObservedAddr() ? address(message.getObservedAddr()) : Optional.empty(),
        text(message.hasProtocolVersion(), message.getProtocolVersion()),
        text(message.hasAgentVersion(), message.getAgentVersion()),
        message.hasSignedPeerRecord()
            ? Optional.of(message.getSignedPeerRecord().toByteArray())
            : Optional.empty());
  }

  private static Optional<Multiaddr> address(ByteString bytes) {
    return Multiaddr.tryDecode(bytes.toByteArray()) instanceof DecodedAddress.Usable usable
        ? Optional.of(usable.address())
        : Optional.empty();
  }

  private static Optional<String> text(boolean present, String text) {
    if (!present) {
      return Optional.empty();
    }
    if (text.length() <= MAX_TEXT_CHARS) {
      return Optional.of(text);
    }
    // Not between the two halves of a character.
    boolean halved = Character.isHighSurrogate(text.charAt(MAX_TEXT_CHARS - 1));
    return Optional.of(text.substring(0, halved ? MAX_TEXT_CHARS - 1 : MAX_TEXT_CHARS));
  }

  /** What this and a later message say together: what the later one does not say remains. */
  public IdentifyMessage merge(IdentifyMessage later) {
    return new IdentifyMessage(
        later.publicKey.or(() -> publicKey),
        later.listenAddresses.isEmpty() ? listenAddresses : later.listenAddresses,
        later.protocols.isEmpty() ? protocols : later.protocols,
        later.observedAddress.or(() -> observedAddress),
        later.protocolVersion.or(() -> protocolVersion),
        later.agentVersion.or(() -> agentVersion),
        later.signedRecord.or(() -> signedRecord));
  }

  /** Appends this in one or two messages with their lengths. */
  public void write(ByteBuf out) {
    Identify whole = toMessage();
    if (whole.getSerializedSize() <= SPLIT_BYTES || !whole.hasSignedPeerRecord()) {
      DelimitedReader.write(out, whole.toByteArray());
      return;
    }
    DelimitedReader.write(out, whole.toBuilder().clearSignedPeerRecord().build().toByteArray());
    DelimitedReader.write(
        out,
        Identify.newBuilder()
            .setSignedPeerRecord(whole.getSignedPeerRecord())
            .build()
            .toByteArray());
  }

  private Identify toMessage() {
    Identify.Builder message = Identify.newBuilder();
    publicKey.ifPresent(key -> message.setPublicKey(ByteString.copyFrom(key.encode())));
    listenAddresses.forEach(
        address -> message.addListenAddrs(ByteString.copyFrom(address.toBytes())));
    message.addAllProtocols(protocols);
    observedAddress.ifPresent(
        address -> message.setObservedAddr(ByteString.copyFrom(address.toBytes())));
    protocolVersion.ifPresent(message::setProtocolVersion);
    agentVersion.ifPresent(message::setAgentVersion);
    signedRecord.ifPresent(record -> message.setSignedPeerRecord(ByteString.copyFrom(record)));
    return message.build();
  }

  /** The same with a signed record. */
  public IdentifyMessage with(SignedEnvelope envelope) {
    return new IdentifyMessage(
        publicKey,
        listenAddresses,
        protocols,
        observedAddress,
        protocolVersion,
        agentVersion,
        Optional.of(envelope.toBytes()));
  }
}
