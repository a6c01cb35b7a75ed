package io.tributary.origin.dev.miner;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.MalformedIdException;
import io.tributary.origin.dev.miner.Answer.Bytes;
import io.tributary.origin.dev.miner.Answer.Message;
import io.tributary.origin.dev.miner.Fault.Step;
import io.tributary.origin.dev.miner.FragmentStore.Stored;
import io.tributary.origin.dev.runtime.OperatorLog;
import io.tributary.origin.identity.SignedText;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The HTTP API of a CESS storage miner.
 *
 * <pre>{@code
 * PUT /fragment   multipart part "file" of 8 MiB; no body for the zero fragment
 * GET /fragment   the 8 MiB, or with a Range in CESS's form a part of them
 * GET /status     what the miner says of itself
 *
 * headers of /fragment
 *   Fid, Fragment                 64 lower-case hexadecimal characters each
 *   Account, Message, Signature   any account's sr25519 signature over the message
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
final class MinerApi {
  private final String miner;
  private final FragmentStore store;
  private final Deals deals;
  private final FaultSwitch faults;
  private final StatusPage status;
  private final Consumer<Fid> whenStored;

  /** What {@code GET /status} answers. */
  interface StatusPage {
    JsonNode render() throws IOException;
  }

  /**
   * @param miner the miner's name in the log
   * @param whenStored is told each file of which a fragment was stored
   */
  MinerApi(
      String miner,
      FragmentStore store,
      Deals deals,
      FaultSwitch faults,
      StatusPage status,
      Consumer<Fid> whenStored) {
    this.miner = miner;
    this.store = store;
    this.deals = deals;
    this.faults = faults;
    this.status = status;
    this.whenStored = whenStored;
  }

  /** Returns what receives and answers a request. */
  Receiver receive(HttpRequest request) {
    String path = request.uri();
    int query = path.indexOf('?');
    String route = query < 0 ? path : path.substring(0, query);
    HttpMethod method = request.method();
    if (route.equals("/fragment") && method.equals(HttpMethod.GET)) {
      return receive(request, Step.GET);
    }
    if (route.equals("/fragment") && method.equals(HttpMethod.PUT)) {
      return receive(request, Step.PUT);
    }
    if (route.equals("/status") && method.equals(HttpMethod.GET)) {
      return Receiver.ignoringBody(
          () -> new Message(HttpResponseStatus.OK, Envelope.ok(status.render())));
    }
    return Receiver.ignoringBody(
        () -> Message.of(HttpResponseStatus.NOT_FOUND, "there is no such page"));
  }

  private Receiver receive(HttpRequest request, Step step) {
    Optional<Fault> fault = faults.draw(step);
    Optional<Answer> instead = fault.flatMap(f -> FaultEffects.insteadOfAnything(f, step));
    if (instead.isPresent()) {
      Answer answer = instead.get();
      return Receiver.ignoringBody(() -> answer);
    }
    HttpHeaders headers = request.headers();
    if (!isSigned(headers)) {
      return Receiver.ignoringBody(
          () ->
              Message.of(
                  HttpResponseStatus.FORBIDDEN,
                  "Account, Message and Signature are not a valid signature"));
    }
    Fid fid;
    FragmentHash fragment;
    try {
      fid = Fid.parse(headers.get("Fid", ""));
      fragment = FragmentHash.parse(headers.get("Fragment", ""));
    } catch (MalformedIdException e) {
      String message = "Fid or Fragment: " + e.getMessage();
      return Receiver.ignoringBody(() -> Message.of(Envelope.BAD_REQUEST, message));
    }
    return step == Step.GET
        ? get(fid, fragment, Optional.ofNullable(headers.get(HttpHeaderNames.RANGE)), fault)
        : put(request, fid, fragment, fault);
  }

  private Receiver get(
      Fid fid, FragmentHash fragment, Optional<String> range, Optional<Fault> fault) {
    return Receiver.ignoringBody(
        () -> {
          Optional<FragmentBody> stored = store.read(fid, fragment);
          if (stored.isEmpty()) {
            return Message.of(Envelope.NOT_FOUND, "the fragment is not stored here");
          }
          FragmentBody whole = stored.get();
          if (range.isEmpty()) {
            return bytes(HttpResponseStatus.OK, whole, fragment, Optional.empty(), fault);
          }
          Optional<RangeForm> part = RangeForm.parse(range.get(), whole.lengthBytes());
          if (part.isEmpty()) {
            whole.close();
            return Message.of(
                Envelope.BAD_RANGE, "a range is bytes=start-end/total with the end exclusive");
          }
          return bytes(
              HttpResponseStatus.PARTIAL_CONTENT, whole.slice(part.get()), fragment, part, fault);
        });
  }

  private Bytes bytes(
      HttpResponseStatus code,
      FragmentBody truth,
      FragmentHash fragment,
      Optional<RangeForm> part,
      Optional<Fault> fault)
      throws IOException {
    if (fault.isEmpty()) {
      return Bytes.of(code, truth);
    }
    return FaultEffects.onBody(
        fault.get(),
        code,
        truth,
        () -> {
          FragmentBody other = store.readOther(fragment);
          return part.map(other::slice).orElse(other);
        });
  }

  private Receiver put(HttpRequest request, Fid fid, FragmentHash fragment, Optional<Fault> fault) {
    Optional<Answer> refusal = refusal(fid, fragment);
    if (refusal.isPresent()) {
      Answer answer = refusal.get();
      return Receiver.ignoringBody(() -> answer);
    }
    if (fragment.isZero()) {
      return Receiver.ignoringBody(
          () -> {
            store.putZero(fid);
            return stored(fid);
          });
    }
    return FragmentUpload.begin(
        request,
        store.uploads(),
        fault,
        received -> {
          Stored outcome = store.put(fid, fragment, received);
          return switch (outcome) {
            case STORED -> stored(fid);
            case WRONG_LENGTH -> Message.of(Envelope.BAD_REQUEST, "a fragment has 8 MiB");
            case WRONG_HASH ->
                Message.of(Envelope.BAD_REQUEST, "the SHA-256 of the file is not the fragment's");
          };
        });
  }

  private Optional<Answer> refusal(Fid fid, FragmentHash fragment) {
    try {
      boolean ordered = deals.find(fid).map(order -> order.contains(fragment)).orElse(false);
      return ordered
          ? Optional.empty()
          : Optional.of(
              Message.of(Envelope.BAD_REQUEST, "the chain has no deal of this fid and fragment"));
    } catch (IOException e) {
      OperatorLog.chainUnreachable(miner, fid.toHex(), e);
      return Optional.of(Message.of(Envelope.FAILED, "the chain cannot be asked; try again"));
    }
  }

  private Answer stored(Fid fid) {
    whenStored.accept(fid);
    return Message.of(Envelope.OK, "ok");
  }

  private static boolean isSigned(HttpHeaders headers) {
    return SignedText.parse(
            headers.get("Account", ""), headers.get("Message", ""), headers.get("Signature", ""))
        .map(SignedText::isValid)
        .orElse(false);
  }
}
