package io.tributary.libp2p.dcutr;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.wire.HolePunchMessages.HolePunch;
import io.tributary.libp2p.wire.MessageReader;
import java.util.ArrayList;
import java.util.List;

/**
 * A message by which two peers agree to dial each other.
 *
 * <pre>
 *  B, to whom the relayed        A, who made the
 *  connection was made           relayed connection
 *   |-- CONNECT, addresses of B --->|
 *   |<- CONNECT, addresses of A ----|   B measures the round trip
 *   |-- SYNC ---------------------->|   A dials when it arrives
 *   | waits half a round trip,      |
 *   | then dials                    |
 *
 *  protobuf: 1 type (100 CONNECT, 300 SYNC)   2 addresses
 * </pre>
 *
 * @param type which
 * @param addresses where the sender is seen from outside; addresses of unknown protocols have been
 *     left out
 * @see <a href="https://github.com/libp2p/specs/blob/master/relay/DCUtR.md">DCUtR</a>
 */
public record HolePunchMessage(Type type, List<Multiaddr> addresses) {

  /** The protocol id. */
  public static final String PROTOCOL_ID = "/libp2p/dcutr";

  /** The longest message that is read. */
  public static final int MAX_BYTES = 4096;

  /** The most addresses that are taken from a message. */
  public static final int MAX_ADDRESSES = 16;

  /** Which of the two messages it is. */
  public enum Type {
    /** Where the sender is seen. */
    CONNECT,
    /** Dial now. */
    SYNC
  }

  private static final MessageReader<HolePunch> READER =
      new MessageReader<>("a hole punch message", HolePunch.parser(), MAX_BYTES);

  public HolePunchMessage {
    addresses = List.copyOf(addresses);
  }

  /** Dial now. */
  public static HolePunchMessage sync() {
    return new HolePunchMessage(Type.SYNC, List.of());
  }

  /**
   * Reads a message without its length.
   *
   * @throws MalformedFormatException if it is not one
   */
  public static HolePunchMessage read(ByteBuf bytes) {
    HolePunch message = READER.read(bytes);
    if (!message.hasType()) {
      throw new MalformedMessageException(
          MalformedFormatException.Reason.BAD_VALUE,
          "a hole punch message has no type that is known");
    }
    List<Multiaddr> addresses = new ArrayList<>();
    for (ByteString each : message.getObsAddrsList()) {
      if (addresses.size() < MAX_ADDRESSES
          && Multiaddr.tryDecode(each.toByteArray()) instanceof DecodedAddress.Usable usable) {
        addresses.add(usable.address());
      }
    }
    return new HolePunchMessage(
        switch (message.getType()) {
          case CONNECT -> Type.CONNECT;
          case SYNC -> Type.SYNC;
        },
        addresses);
  }

  /** The form that is sent, without its length. */
  public byte[] toBytes() {
    HolePunch.Builder out =
        HolePunch.newBuilder()
            .setType(type == Type.CONNECT ? HolePunch.Type.CONNECT : HolePunch.Type.SYNC);
    addresses.forEach(each -> out.addObsAddrs(ByteString.copyFrom(each.toBytes())));
    return out.build().toByteArray();
  }
}
