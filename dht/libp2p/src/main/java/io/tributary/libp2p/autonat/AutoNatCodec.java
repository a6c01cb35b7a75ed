package io.tributary.libp2p.autonat;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.wire.AutoNatMessages;
import io.tributary.libp2p.wire.AutoNatMessages.Message2;
import io.tributary.libp2p.wire.MessageReader;

/** How a message of version 2 is read and written. */
final class AutoNatCodec {
  private static final MessageReader<Message2> READER =
      new MessageReader<>("an AutoNAT message", Message2.parser(), AutoNatMessage.MAX_BYTES);

  private AutoNatCodec() {}

  static AutoNatMessage read(ByteBuf bytes) {
    Message2 message = READER.read(bytes);
    return switch (message.getMsgCase()) {
      case DIAL_REQUEST -> request(message.getDialRequest());
      case DIAL_RESPONSE ->
          new AutoNatMessage.DialResponse(
              RequestStatus.ofCode(message.getDialResponse().getStatus().getNumber()),
              Integer.toUnsignedLong(message.getDialResponse().getAddrIdx()),
              DialStatus.ofCode(message.getDialResponse().getDialStatus().getNumber()));
      case DIAL_DATA_REQUEST ->
          new AutoNatMessage.DataRequest(
              Integer.toUnsignedLong(message.getDialDataRequest().getAddrIdx()),
              message.getDialDataRequest().getNumBytes());
      case DIAL_DATA_RESPONSE -> data(message.getDialDataResponse().getData().size());
      case MSG_NOT_SET ->
          throw new MalformedMessageException(
              MalformedFormatException.Reason.BAD_VALUE,
              "an AutoNAT message is of no kind that is known");
    };
  }

  private static AutoNatMessage.DialRequest request(AutoNatMessages.DialRequest message) {
    if (message.getAddrsCount() > AutoNatMessage.MAX_ADDRESSES) {
      throw tooLong("addresses", AutoNatMessage.MAX_ADDRESSES, message.getAddrsCount());
    }
    return new AutoNatMessage.DialRequest(
        message.getAddrsList().stream()
            .map(each -> Multiaddr.tryDecode(each.toByteArray()))
            .toList(),
        message.getNonce());
  }

  private static AutoNatMessage.Data data(int bytes) {
    if (bytes > AutoNatMessage.MAX_DATA_BYTES) {
      throw tooLong("bytes of data", AutoNatMessage.MAX_DATA_BYTES, bytes);
    }
    return new AutoNatMessage.Data(bytes);
  }

  private static MalformedMessageException tooLong(String what, int most, int is) {
    return new MalformedMessageException(
        MalformedFormatException.Reason.TOO_LONG,
        "an AutoNAT message has at most " + most + " " + what + ", this has " + is);
  }

  static byte[] write(AutoNatMessage message) {
    Message2.Builder out = Message2.newBuilder();
    if (message instanceof AutoNatMessage.DialRequest request) {
      AutoNatMessages.DialRequest.Builder asked =
          AutoNatMessages.DialRequest.newBuilder().setNonce(request.nonce());
      for (DecodedAddress each : request.addresses()) {
        if (each instanceof DecodedAddress.Usable usable) {
          asked.addAddrs(ByteString.copyFrom(usable.address().toBytes()));
        }
      }
      out.setDialRequest(asked);
    } else if (message instanceof AutoNatMessage.DialResponse response) {
      out.setDialResponse(
          AutoNatMessages.DialResponse.newBuilder()
              .setStatus(status(response.status()))
              .setAddrIdx((int) response.addressIndex())
              .setDialStatus(status(response.dialStatus())));
    } else if (message instanceof AutoNatMessage.DataRequest request) {
      out.setDialDataRequest(
          AutoNatMessages.DialDataRequest.newBuilder()
              .setAddrIdx((int) request.addressIndex())
              .setNumBytes(request.bytes()));
    } else if (message instanceof AutoNatMessage.Data data) {
      out.setDialDataResponse(
          AutoNatMessages.DialDataResponse.newBuilder()
              .setData(ByteString.copyFrom(new byte[data.bytes()])));
    }
    return out.build().toByteArray();
  }

  private static AutoNatMessages.DialResponse.Status status(RequestStatus status) {
    return switch (status) {
      case INTERNAL_ERROR -> AutoNatMessages.DialResponse.Status.E_INTERNAL_ERROR;
      case REQUEST_REJECTED -> AutoNatMessages.DialResponse.Status.E_REQUEST_REJECTED;
      case DIAL_REFUSED -> AutoNatMessages.DialResponse.Status.E_DIAL_REFUSED;
      case OK -> AutoNatMessages.DialResponse.Status.OK_;
    };
  }

  private static AutoNatMessages.DialStatus status(DialStatus status) {
    return switch (status) {
      case UNKNOWN -> AutoNatMessages.DialStatus.UNUSED;
      case DIAL_ERROR -> AutoNatMessages.DialStatus.E_DIAL_ERROR;
      case DIAL_BACK_ERROR -> AutoNatMessages.DialStatus.E_DIAL_BACK_ERROR;
      case OK -> AutoNatMessages.DialStatus.OK;
    };
  }
}
