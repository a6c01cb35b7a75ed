package io.tributary.origin.dev.miner;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.tributary.origin.dev.miner.Answer.Bytes;
import io.tributary.origin.dev.miner.Answer.End;
import io.tributary.origin.dev.miner.Answer.Message;
import io.tributary.origin.dev.miner.Fault.Kind;
import io.tributary.origin.dev.miner.Fault.Step;
import java.io.IOException;
import java.util.Optional;

/** What each {@link Fault} does to an answer. */
final class FaultEffects {
  private FaultEffects() {}

  /** Where other bytes than the right ones come from. */
  interface OtherBytes {
    FragmentBody read() throws IOException;
  }

  /** Returns the answer a fault gives whatever the request is, if it is one of those. */
  static Optional<Answer> insteadOfAnything(Fault fault, Step step) {
    return switch (fault.kind()) {
      case HTTP_5XX ->
          Optional.of(
              Message.of(HttpResponseStatus.valueOf((int) fault.amount()), "fault on demand"));
      case BODY_CODE_500 -> Optional.of(Message.of(Envelope.FAILED, "fault on demand"));
      case STALL ->
          step == Step.PUT || fault.amount() == 0
              ? Optional.of(new Answer.Silence())
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Turns the right body into what the fault makes of it. */
  static Bytes onBody(Fault fault, HttpResponseStatus status, FragmentBody truth, OtherBytes other)
      throws IOException {
    long length = truth.lengthBytes();
    return switch (fault.kind()) {
      case SLOW, TRICKLE -> new Bytes(status, truth, bytesPerSecond(fault), length, End.COMPLETE);
      case STALL -> new Bytes(status, truth, BodyWriter.UNLIMITED, fault.amount(), End.SILENCE);
      case CLOSE_MID_BODY ->
          new Bytes(status, truth, BodyWriter.UNLIMITED, cutAfterBytes(fault, length), End.CLOSE);
      case WRONG_BYTES -> Bytes.of(status, truth.inverted());
      case ONE_BYTE_TOO_MANY -> Bytes.of(status, truth.withOneByteMore());
      case OTHER_FRAGMENT -> {
        truth.close();
        yield Bytes.of(status, other.read());
      }
      case HTTP_5XX, BODY_CODE_500, DOWN -> Bytes.of(status, truth);
    };
  }

  static long bytesPerSecond(Fault fault) {
    return switch (fault.kind()) {
      case SLOW -> fault.amount();
      case TRICKLE -> 1;
      default -> BodyWriter.UNLIMITED;
    };
  }

  static long cutAfterBytes(Fault fault, long lengthBytes) {
    if (fault.kind() != Kind.CLOSE_MID_BODY) {
      return Long.MAX_VALUE;
    }
    return fault.amount() == 0 ? lengthBytes / 2 : fault.amount();
  }
}
