package io.tributary.region.lookup;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.concurrent.Future;
import io.tributary.content.FragmentHash;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Varint;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.stream.StreamResetException;
import io.tributary.libp2p.wire.DelimitedReader;
import io.tributary.region.MalformedRegionException;
import io.tributary.region.Region;
import io.tributary.region.gossip.Contact;
import io.tributary.region.lookup.HomesCodec.Request;
import io.tributary.region.lookup.HomesCodec.Response;
import io.tributary.region.lookup.HomesException.Reason;
import io.tributary.region.record.RecordRules;
import io.tributary.region.record.RefusedException;
import io.tributary.region.record.SignedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The asking side of {@code /tributary/region/1.0.0}, and the check of what is answered: each
 * home's record must be signed, hold now, and be of the level it was computed in. Thread-safe.
 */
public final class HomesClient {
  /** How long an answer may take once there is a stream. */
  public static final Duration DEADLINE = Duration.ofSeconds(5);

  /** The most homes that can be asked for. */
  public static final int MAX_COUNT = HomesCodec.MAX_COUNT;

  private final Host host;
  private final RecordRules rules;
  private final Executor verifying;

  /**
   * @param rules by which records are believed
   * @param verifying where signatures are checked
   */
  public HomesClient(Host host, RecordRules rules, Executor verifying) {
    this.host = host;
    this.rules = rules;
    this.verifying = verifying;
  }

  /**
   * Asks a member for a fragment's homes.
   *
   * @param region the member's, or one that it lies in
   * @param count how many homes, 1 to {@value #MAX_COUNT}
   * @return a failure is a {@link HomesException}; to cancel it ends the stream
   */
  public CompletableFuture<Homes> ask(
      Contact member, Region region, FragmentHash fragment, int count) {
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException("1 to " + MAX_COUNT + " homes, not " + count);
    }
    CompletableFuture<Homes> result = new CompletableFuture<>();
    byte[] request = HomesCodec.encode(new Request(region, fragment, count));
    host.newControlStream(member.peer(), member.addresses(), List.of(HomesCodec.PROTOCOL))
        .addListener(
            (Future<Stream> opened) -> {
              if (!opened.isSuccess()) {
                result.completeExceptionally(
                    new HomesException(
                        Reason.UNREACHABLE, member.peer() + " is not reached", opened.cause()));
              } else {
                new Asking(opened.getNow(), region, count, result).send(request);
              }
            });
    return result;
  }

  /** Checks what a member answered. */
  private Homes check(byte[] bytes, Region asked, int count) throws HomesException {
    Response response;
    Region level;
    try {
      response = HomesCodec.decodeResponse(bytes);
      switch (response.status()) {
        case BUSY -> throw new HomesException(Reason.BUSY, "the member is busy");
        case OTHER_REGION ->
            throw new HomesException(Reason.OTHER_REGION, "the member is not of " + asked);
        case BAD_REQUEST -> throw new HomesException(Reason.BAD_REQUEST, "refused by the member");
        case OK -> {}
      }
      level = new Region(response.level());
    } catch (RefusedException | MalformedRegionException e) {
      throw new HomesException(Reason.BAD_ANSWER, "homes cannot be read", e);
    }
    if (!level.contains(asked) && !asked.contains(level)) {
      throw new HomesException(Reason.BAD_ANSWER, "homes of " + level + ", asked of " + asked);
    }
    if (response.envelopes().size() > count) {
      throw new HomesException(
          Reason.BAD_ANSWER, response.envelopes().size() + " homes, asked for " + count);
    }
    List<SignedRecord> records = new ArrayList<>();
    Set<Long> keys = new HashSet<>();
    for (byte[] envelope : response.envelopes()) {
      SignedRecord record;
      try {
        record = rules.open(envelope);
      } catch (RefusedException e) {
        throw new HomesException(Reason.BAD_ANSWER, "a home's record is not believed", e);
      }
      if (!level.contains(record.record().region())
          || record.record().leaving()
          || !keys.add(record.key())) {
        throw new HomesException(Reason.BAD_ANSWER, record + " is no home in " + level);
      }
      records.add(record);
    }
    return new Homes(level, records);
  }

  private final class Asking implements StreamHandler {
    private final Stream stream;
    private final Region region;
    private final int count;
    private final CompletableFuture<Homes> result;
    private final DelimitedReader reader;
    private boolean answered;

    Asking(Stream stream, Region region, int count, CompletableFuture<Homes> result) {
      this.stream = stream;
      this.region = region;
      this.count = count;
      this.result = result;
      this.reader = new DelimitedReader(HomesCodec.MAX_RESPONSE_BYTES, this::onResponse);
    }

    void send(byte[] request) {
      stream.handler(this);
      stream.deadline(DEADLINE);
      result.whenComplete(
          (homes, failure) -> {
            if (result.isCancelled()) {
              stream.reset(StreamReset.NO_CODE);
            }
          });
      ByteBuf out = stream.allocator().directBuffer(Varint.MAX_BYTES + request.length);
      DelimitedReader.write(out, request);
      stream.write(out);
      stream.closeWrite();
    }

    @Override
    public void onData(ByteBuf data) {
      try {
        reader.read(data);
      } catch (MalformedFormatException e) {
        fail(new HomesException(Reason.BAD_ANSWER, "an answer is too long", e));
        stream.reset(StreamReset.NO_CODE);
      }
    }

    private void onResponse(ByteBuf message) {
      if (answered) {
        return;
      }
      answered = true;
      byte[] bytes = ByteBufUtil.getBytes(message);
      verifying.execute(
          () -> {
            try {
              result.complete(check(bytes, region, count));
            } catch (HomesException e) {
              fail(e);
            }
          });
    }

    private void fail(HomesException failure) {
      result.completeExceptionally(failure);
    }

    @Override
    public void onEndOfInput() {
      if (!answered) {
        fail(new HomesException(Reason.BAD_ANSWER, "the stream ended without an answer"));
      }
    }

    @Override
    public void onReset(StreamReset reset) {
      reader.close();
      if (!answered) {
        Reason reason =
            reset.reason() == ResetReason.DEADLINE_PASSED ? Reason.TIMED_OUT : Reason.UNREACHABLE;
        fail(new HomesException(reason, "no answer", new StreamResetException(reset)));
      }
    }

    @Override
    public void onClosed() {
      reader.close();
    }
  }
}
