package io.tributary.region.lookup;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import io.tributary.region.MalformedRegionException;
import io.tributary.region.Region;
import io.tributary.region.record.Refusal;
import io.tributary.region.record.RefusedException;
import io.tributary.region.record.SignedRecord;
import io.tributary.region.wire.HomesMessages;
import java.util.ArrayList;
import java.util.List;

/**
 * The wire form of questions for homes, protocol {@value #PROTOCOL}: one request and one response
 * on a stream, each with its length in front.
 *
 * <pre>
 *  +---------+-----------------------+      +---------+------------------------+
 *  | uvarint | protobuf HomesRequest | ---> | uvarint | protobuf HomesResponse |
 *  +---------+-----------------------+ <--- +---------+------------------------+
 *
 *  HomesRequest   1 string region       what the asker takes the member's region to be
 *                 2 bytes  fragment     32 bytes
 *                 3 uint32 count        1 to 32
 *
 *  HomesResponse  1 uint32 status       0 here they are, 1 bad request, 2 other region, 3 busy
 *                 2 string level        in which the homes were computed
 *                 3 bytes  record       0 to count signed envelopes, the first home first
 * </pre>
 */
final class HomesCodec {
  /** The protocol id. */
  static final String PROTOCOL = "/tributary/region/1.0.0";

  /** The most homes that can be asked for. */
  static final int MAX_COUNT = 32;

  static final int MAX_REQUEST_BYTES = 128;

  /** {@value #MAX_COUNT} envelopes with their tags, and the level. */
  static final int MAX_RESPONSE_BYTES = MAX_COUNT * (SignedRecord.MAX_BYTES + 3) + 64;

  private static final int MAX_DEPTH = 4;

  private HomesCodec() {}

  /** What came of a request. */
  enum Status {
    OK(0),
    BAD_REQUEST(1),
    OTHER_REGION(2),
    BUSY(3);

    private final int code;

    Status(int code) {
      this.code = code;
    }

    static Status ofCode(int code) {
      for (Status status : values()) {
        if (status.code == code) {
          return status;
        }
      }
      throw new RefusedException(Refusal.UNKNOWN_MESSAGE, "homes with status " + code);
    }
  }

  /** What is asked. */
  record Request(Region region, FragmentHash fragment, int count) {}

  /** What is answered; the envelopes have not been looked at. */
  record Response(Status status, String level, List<byte[]> envelopes) {
    Response {
      envelopes = List.copyOf(envelopes);
    }

    static Response of(Status status) {
      return new Response(status, "", List.of());
    }
  }

  static byte[] encode(Request request) {
    return HomesMessages.HomesRequest.newBuilder()
        .setRegion(request.region.name())
        .setFragment(ByteString.copyFrom(request.fragment.digest().toBytes()))
        .setCount(request.count)
        .build()
        .toByteArray();
  }

  static Request decodeRequest(byte[] bytes) {
    HomesMessages.HomesRequest message;
    try {
      message = HomesMessages.HomesRequest.parser().parseFrom(input(bytes, MAX_REQUEST_BYTES));
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedException(Refusal.MALFORMED, "a request for homes cannot be read", e);
    }
    if (message.getFragment().size() != Digest.BYTES) {
      throw new RefusedException(
          Refusal.MALFORMED,
          "a fragment's hash has 32 bytes, this has " + message.getFragment().size());
    }
    if (message.getCount() < 1 || message.getCount() > MAX_COUNT) {
      throw new RefusedException(
          Refusal.MALFORMED, "1 to " + MAX_COUNT + " homes, not " + message.getCount());
    }
    try {
      return new Request(
          new Region(message.getRegion()),
          new FragmentHash(Digest.of(message.getFragment().toByteArray())),
          message.getCount());
    } catch (MalformedRegionException e) {
      throw new RefusedException(Refusal.BAD_REGION, "a request for homes", e);
    }
  }

  static byte[] encode(Response response) {
    HomesMessages.HomesResponse.Builder message =
        HomesMessages.HomesResponse.newBuilder()
            .setStatus(response.status.code)
            .setLevel(response.level);
    response.envelopes.forEach(each -> message.addRecords(ByteString.copyFrom(each)));
    return message.build().toByteArray();
  }

  static Response decodeResponse(byte[] bytes) {
    HomesMessages.HomesResponse message;
    try {
      message = HomesMessages.HomesResponse.parser().parseFrom(input(bytes, MAX_RESPONSE_BYTES));
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedException(Refusal.MALFORMED, "homes cannot be read", e);
    }
    Status status = Status.ofCode(message.getStatus());
    if (message.getRecordsCount() > MAX_COUNT) {
      throw new RefusedException(
          Refusal.MALFORMED, "at most " + MAX_COUNT + " homes, not " + message.getRecordsCount());
    }
    List<byte[]> envelopes = new ArrayList<>(message.getRecordsCount());
    message.getRecordsList().forEach(each -> envelopes.add(each.toByteArray()));
    return new Response(status, message.getLevel(), envelopes);
  }

  private static CodedInputStream input(byte[] bytes, int maxBytes) {
    if (bytes.length > maxBytes) {
      throw new RefusedException(
          Refusal.TOO_LONG, "at most " + maxBytes + " bytes, not " + bytes.length);
    }
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    in.setRecursionLimit(MAX_DEPTH);
    return in;
  }
}
