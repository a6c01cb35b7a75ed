package io.tributary.libp2p.relay;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.wire.CircuitMessages;
import io.tributary.libp2p.wire.CircuitMessages.Hop;
import io.tributary.libp2p.wire.CircuitMessages.Stop;
import io.tributary.libp2p.wire.MessageReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How {@link HopMessage} and {@link StopMessage} are written and read. */
final class CircuitCodec {

  /** The end of the year 9999; a relay that grants more grants this. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final MessageReader<Hop> HOP =
      new MessageReader<>("a hop message", Hop.parser(), HopMessage.MAX_BYTES);
  private static final MessageReader<Stop> STOP =
      new MessageReader<>("a stop message", Stop.parser(), StopMessage.MAX_BYTES);

  private CircuitCodec() {}

  static HopMessage readHop(ByteBuf bytes) {
    Hop message = HOP.read(bytes);
    if (!message.hasType()) {
      throw malformed("a hop message has no type that is known");
    }
    return switch (message.getType()) {
      case RESERVE -> new HopMessage.Reserve();
      case CONNECT -> new HopMessage.Connect(peer(message.getPeer()));
      case STATUS ->
          new HopMessage.Answer(
              RelayStatus.ofCode(message.getStatus().getNumber()),
              message.hasReservation()
                  ? Optional.of(grant(message.getReservation()))
                  : Optional.empty(),
              limit(message.getLimit()));
    };
  }

  static StopMessage readStop(ByteBuf bytes) {
    Stop message = STOP.read(bytes);
    if (!message.hasType()) {
      throw malformed("a stop message has no type that is known");
    }
    return switch (message.getType()) {
      case CONNECT -> new StopMessage.Connect(peer(message.getPeer()), limit(message.getLimit()));
      case STATUS -> new StopMessage.Answer(RelayStatus.ofCode(message.getStatus().getNumber()));
    };
  }

  static byte[] write(HopMessage message) {
    Hop.Builder out = Hop.newBuilder();
    if (message instanceof HopMessage.Reserve) {
      out.setType(Hop.Type.RESERVE);
    } else if (message instanceof HopMessage.Connect connect) {
      out.setType(Hop.Type.CONNECT).setPeer(peer(connect.destination()));
    } else if (message instanceof HopMessage.Answer answer) {
      out.setType(Hop.Type.STATUS).setStatus(status(answer.status()));
      answer.grant().ifPresent(grant -> out.setReservation(reservation(grant)));
      limit(answer.limit()).ifPresent(out::setLimit);
    }
    return out.build().toByteArray();
  }

  static byte[] write(StopMessage message) {
    Stop.Builder out = Stop.newBuilder();
    if (message instanceof StopMessage.Connect connect) {
      out.setType(Stop.Type.CONNECT).setPeer(peer(connect.source()));
      limit(connect.limit()).ifPresent(out::setLimit);
    } else if (message instanceof StopMessage.Answer answer) {
      out.setType(Stop.Type.STATUS).setStatus(status(answer.status()));
    }
    return out.build().toByteArray();
  }

  private static PeerId peer(CircuitMessages.Peer message) {
    return PeerId.decode(message.getId().toByteArray());
  }

  private static CircuitMessages.Peer peer(PeerId id) {
    return CircuitMessages.Peer.newBuilder().setId(ByteString.copyFrom(id.toBytes())).build();
  }

  private static CircuitMessages.Status status(RelayStatus status) {
    CircuitMessages.Status sent = CircuitMessages.Status.forNumber(status.code());
    return sent == null ? CircuitMessages.Status.UNUSED : sent;
  }

  private static CircuitLimit limit(CircuitMessages.Limit message) {
    // Both are unsigned; what passes a long is no limit that anybody would notice.
    return new CircuitLimit(
        Duration.ofSeconds(Integer.toUnsignedLong(message.getDuration())),
        message.getData() < 0 ? Long.MAX_VALUE : message.getData());
  }

  private static Optional<CircuitMessages.Limit> limit(CircuitLimit limit) {
    if (limit.equals(CircuitLimit.NONE)) {
      return Optional.empty();
    }
    // A limit of less than a second must not be told as none.
    long seconds = limit.duration().isZero() ? 0 : Math.max(1, limit.duration().toSeconds());
    return Optional.of(
        CircuitMessages.Limit.newBuilder()
            .setDuration((int) seconds)
            .setData(limit.dataBytes())
            .build());
  }

  private static HopMessage.Grant grant(CircuitMessages.Reservation message) {
    List<Multiaddr> addresses = new ArrayList<>();
    for (ByteString each : message.getAddrsList()) {
      if (addresses.size() < HopMessage.MAX_ADDRESSES
          && Multiaddr.tryDecode(each.toByteArray()) instanceof DecodedAddress.Usable usable) {
        addresses.add(usable.address());
      }
    }
    return new HopMessage.Grant(
        instant(message.getExpire()),
        addresses,
        message.hasVoucher() ? Optional.of(message.getVoucher().toByteArray()) : Optional.empty());
  }

  private static CircuitMessages.Reservation reservation(HopMessage.Grant grant) {
    CircuitMessages.Reservation.Builder out =
        CircuitMessages.Reservation.newBuilder().setExpire(grant.expiry().getEpochSecond());
    grant.addresses().forEach(each -> out.addAddrs(ByteString.copyFrom(each.toBytes())));
    grant.voucher().ifPresent(voucher -> out.setVoucher(ByteString.copyFrom(voucher)));
    return out.build();
  }

  /** The time of unsigned seconds, which may be any. */
  static Instant instant(long seconds) {
    return Instant.ofEpochSecond(
        Long.compareUnsigned(seconds, LAST_SECOND) > 0 ? LAST_SECOND : seconds);
  }

  private static MalformedMessageException malformed(String what) {
    return new MalformedMessageException(MalformedFormatException.Reason.BAD_VALUE, what);
  }
}
