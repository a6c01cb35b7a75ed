package io.tributary.libp2p.autonat;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.wire.AutoNatMessages;
import io.tributary.libp2p.wire.AutoNatMessages.DialResponse1;
import io.tributary.libp2p.wire.AutoNatMessages.Message1;
import io.tributary.libp2p.wire.MessageReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a message of version 1 is read and written. */
final class AutoNat1Codec {
  private static final MessageReader<Message1> READER =
      new MessageReader<>("an AutoNAT 1 message", Message1.parser(), AutoNat1Message.MAX_BYTES);

  private AutoNat1Codec() {}

  static AutoNat1Message read(ByteBuf bytes) {
    Message1 message = READER.read(bytes);
    if (!message.hasType()) {
      throw new MalformedMessageException(
          MalformedFormatException.Reason.BAD_VALUE,
          "an AutoNAT 1 message has no type that is known");
    }
    return switch (message.getType()) {
      case DIAL -> dial(message.getDial().getPeer());
      case DIAL_RESPONSE -> response(message.getDialResponse());
    };
  }

  private static AutoNat1Message.Dial dial(AutoNatMessages.PeerInfo1 peer) {
    List<Multiaddr> addresses = new ArrayList<>();
    for (ByteString each : peer.getAddrsList()) {
      if (addresses.size() < AutoNat1Message.MAX_ADDRESSES) {
        address(each).ifPresent(addresses::add);
      }
    }
    return new AutoNat1Message.Dial(PeerId.decode(peer.getId().toByteArray()), addresses);
  }

  private static AutoNat1Message.Response response(DialResponse1 message) {
    AutoNat1Message.Status status =
        !message.hasStatus()
            ? AutoNat1Message.Status.INTERNAL_ERROR
            : switch (message.getStatus()) {
              case OK -> AutoNat1Message.Status.OK;
              case E_DIAL_ERROR -> AutoNat1Message.Status.DIAL_ERROR;
              case E_DIAL_REFUSED -> AutoNat1Message.Status.DIAL_REFUSED;
              case E_BAD_REQUEST -> AutoNat1Message.Status.BAD_REQUEST;
              case E_INTERNAL_ERROR -> AutoNat1Message.Status.INTERNAL_ERROR;
            };
    return new AutoNat1Message.Response(
        status, message.hasAddr() ? address(message.getAddr()) : Optional.empty());
  }

  private static Optional<Multiaddr> address(ByteString bytes) {
    return Multiaddr.tryDecode(bytes.toByteArray()) instanceof DecodedAddress.Usable usable
        ? Optional.of(usable.address())
        : Optional.empty();
  }

  static byte[] write(AutoNat1Message message) {
    Message1.Builder out = Message1.newBuilder();
    if (message instanceof AutoNat1Message.Dial dial) {
      AutoNatMessages.PeerInfo1.Builder peer =
          AutoNatMessages.PeerInfo1.newBuilder().setId(ByteString.copyFrom(dial.peer().toBytes()));
      dial.addresses().forEach(each -> peer.addAddrs(ByteString.copyFrom(each.toBytes())));
      out.setType(Message1.Type.DIAL).setDial(AutoNatMessages.Dial1.newBuilder().setPeer(peer));
    } else if (message instanceof AutoNat1Message.Response response) {
      DialResponse1.Builder answer =
          DialResponse1.newBuilder()
              .setStatus(
                  switch (response.status()) {
                    case OK -> DialResponse1.Status.OK;
                    case DIAL_ERROR -> DialResponse1.Status.E_DIAL_ERROR;
                    case DIAL_REFUSED -> DialResponse1.Status.E_DIAL_REFUSED;
                    case BAD_REQUEST -> DialResponse1.Status.E_BAD_REQUEST;
                    case INTERNAL_ERROR -> DialResponse1.Status.E_INTERNAL_ERROR;
                  });
      response.address().ifPresent(each -> answer.setAddr(ByteString.copyFrom(each.toBytes())));
      out.setType(Message1.Type.DIAL_RESPONSE).setDialResponse(answer);
    }
    return out.build().toByteArray();
  }
}
