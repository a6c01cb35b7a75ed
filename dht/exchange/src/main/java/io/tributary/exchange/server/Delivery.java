package io.tributary.exchange.server;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.ExchangeLog;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FragmentHeader;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.FragmentTrailer;
import io.tributary.exchange.LanePayment;
import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.Priority;
import io.tributary.exchange.Status;
import io.tributary.exchange.server.AccessPolicy.Admission;
import io.tributary.exchange.server.FragmentBody.Progress;
import io.tributary.exchange.server.FragmentSource.Answer;
import io.tributary.exchange.wire.FragmentCodec;
import io.tributary.exchange.wire.MessageReader;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.stream.ByteStream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answering side of {@code /tributary/fragment/1.0.0}: one request, from its first byte to the
 * end of its stream. Confined to the stream's event loop.
 *
 * <pre>
 *  ASKED --> FOUND (header) --> waits for its turn --> SENDING <--> waits for credit, room or bytes
 *    |                              |                      |
 *    +--- refused (header) ---------+-- stopped (trailer) -+--> ENDED
 * </pre>
 */
final class Delivery implements StreamHandler, PeerTurns.Bulk {
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);

  /** What deliveries of one server share. */
  record Shared(
      FragmentSource source,
      AccessPolicy access,
      Optional<ServedLanes> lanes,
      PeerTurns turns,
      ServerSettings settings,
      ExchangeMetrics metrics) {

    PricePerGib price() {
      return lanes.map(ServedLanes::price).orElse(PricePerGib.FREE);
    }
  }

  private final Stream stream;
  private final PeerId peer;
  private final Shared shared;
  private final MessageReader reader =
      MessageReader.ofLength(FragmentCodec.REQUEST_BYTES, this::onRequest);
  private final Runnable wake = this::onWake;

  private @Nullable FragmentRequest request;
  private @Nullable FragmentBody body;
  private @Nullable ServedLane lane;
  private @Nullable ScheduledFuture<?> timer;
  private PricePerGib price;
  private Priority priority = Priority.BULK;
  private boolean hasEntered;
  private boolean hasAskedTurn;
  private boolean isSending;
  private boolean leads;
  private boolean hasLastWord;
  private boolean isOver;
  private String ending = ResetReason.RESET_BY_PEER.name();
  private long sentBytes;

  Delivery(Stream stream, Shared shared) {
    this.stream = stream;
    this.peer = stream.connection().remotePeer();
    this.shared = shared;
    this.price = shared.price();
    stream.deadline(shared.settings().openTimeout());
  }

  // The request

  @Override
  public void onData(ByteBuf data) {
    try {
      if (request != null || hasLastWord) {
        stream.abort(ResetReason.PROTOCOL_VIOLATION);
      } else {
        reader.read(data);
      }
    } catch (MalformedExchangeException e) {
      log.debug("peer {} asks for a fragment: {}", peer, e.what());
      refuse(Status.BAD_REQUEST, Duration.ZERO);
    } finally {
      data.release();
    }
  }

  private boolean onRequest(byte[] bytes) {
    FragmentRequest asked = FragmentCodec.decodeRequest(bytes);
    request = asked;
    stream.clearDeadline();
    timer = after(asked.deadline(), this::onDeadline);
    priority =
        asked.range().length() <= shared.settings().shortRangeBytes()
            ? Priority.SHORT
            : Priority.BULK;
    hasEntered = shared.turns().enter(peer);
    Optional<Status> refusal = hasEntered ? admit(asked) : Optional.of(Status.BUSY);
    if (refusal.isPresent()) {
      refuse(refusal.get(), hasEntered ? Duration.ZERO : shared.settings().retryAfter());
    } else if (!hasLastWord) {
      find(asked);
    }
    return false;
  }

  private ScheduledFuture<?> after(Duration delay, Runnable task) {
    return stream.eventLoop().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Decides whether to serve; a reason if not. */
  private Optional<Status> admit(FragmentRequest asked) {
    Admission admission = shared.access().admit(peer, asked);
    if (admission instanceof Admission.Refused refused) {
      refuse(refused.status(), refused.retryAfter());
      return Optional.empty();
    }
    Optional<ServedLanes> lanes = shared.lanes();
    if (admission instanceof Admission.Gift || price.equals(PricePerGib.FREE) || lanes.isEmpty()) {
      price = PricePerGib.FREE;
      return Optional.empty();
    }
    if (asked.payment().isEmpty()) {
      return Optional.of(Status.PAYMENT_REQUIRED);
    }
    LanePayment payment = asked.payment().get();
    if (price.compareTo(payment.ceiling()) > 0) {
      return Optional.of(Status.TOO_EXPENSIVE);
    }
    if (lanes.get().payee().ledger().trouble().isPresent()) {
      return Optional.of(Status.UNAVAILABLE);
    }
    Optional<ServedLane> found = lanes.get().find(payment.payer(), payment.lane(), peer);
    if (found.isEmpty()) {
      return Optional.of(Status.NO_LANE);
    }
    if (!found.get().lane().isOpen()) {
      return Optional.of(Status.LANE_CLOSED);
    }
    lane = found.get();
    return Optional.empty();
  }

  private void find(FragmentRequest asked) {
    shared
        .source()
        .find(peer, asked)
        .whenComplete((answer, failure) -> onLoop(() -> onAnswer(asked, answer, failure)));
  }

  private void onLoop(Runnable task) {
    if (stream.eventLoop().inEventLoop()) {
      task.run();
      return;
    }
    try {
      stream.eventLoop().execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("the event loop of stream {} has ended", stream.id());
    }
  }

  private void onAnswer(
      FragmentRequest asked, @Nullable Answer answer, @Nullable Throwable failure) {
    if (answer instanceof Answer.Found found) {
      if (hasLastWord || isOver) {
        found.body().close();
        return;
      }
      onFound(asked, found.body());
    } else if (answer instanceof Answer.Missing missing) {
      refuse(missing.status(), missing.retryAfter());
    } else {
      ExchangeLog.lookupFailed(asked.name(), failure);
      refuse(Status.INTERNAL_ERROR, Duration.ZERO);
    }
  }

  private void onFound(FragmentRequest asked, FragmentBody found) {
    body = found;
    if (asked.range().end() > found.fragmentBytes()) {
      refuse(Status.BAD_REQUEST, Duration.ZERO);
      return;
    }
    CacheOutcome outcome = found.outcome();
    write(
        FragmentCodec.encode(
            new FragmentHeader(
                Status.OK,
                outcome,
                found.fragmentBytes(),
                (int) asked.range().offset(),
                (int) asked.range().length(),
                price,
                Duration.ZERO)));
    shared.metrics().answered(Status.OK, outcome);
    hasAskedTurn = true;
    if (priority == Priority.SHORT) {
      stream.weight(ByteStream.MAX_WEIGHT);
      onTurn();
    } else {
      stream.weight(ByteStream.MIN_WEIGHT);
      shared.turns().send(peer, this);
    }
  }

  private void write(byte[] bytes) {
    stream.write(stream.allocator().directBuffer(bytes.length).writeBytes(bytes));
  }

  // The bytes

  @Override
  public void onLead() {
    stream.weight(ByteStream.DEFAULT_WEIGHT);
    onLoop(
        () -> {
          if (lane != null && request != null && !hasLastWord && !isOver) {
            leads = true;
            lane.keep(request.range().length() - sentBytes);
          }
          isSending = true;
          pump();
        });
  }

  @Override
  public void onTurn() {
    onLoop(
        () -> {
          isSending = true;
          pump();
        });
  }

  private void onWake() {
    onLoop(this::pump);
  }

  @Override
  public void onWritable() {
    pump();
  }

  private void pump() {
    if (!isSending || hasLastWord || isOver || body == null || request == null) {
      return;
    }
    FragmentBody from = body;
    long left = request.range().length() - sentBytes;
    int budget = shared.settings().quantumBytes();
    while (left > 0 && budget > 0 && stream.isWritable()) {
      int offset = (int) (request.range().offset() + sentBytes);
      int bytes = (int) Math.min(Math.min(left, budget), from.readable(offset));
      if (bytes == 0) {
        onNothingReadable(from, offset);
        return;
      }
      if (lane != null && !lane.lane().isOpen()) {
        stop(Status.LANE_CLOSED);
        return;
      }
      int credited = lane == null ? bytes : (int) lane.take(bytes, goesFirst());
      if (credited == 0 && lane != null) {
        lane.await(priority, goesFirst(), wake);
        return;
      }
      stream.write(from.read(offset, credited));
      sentBytes += credited;
      if (leads && lane != null) {
        lane.keep(-credited);
      }
      left -= credited;
      budget -= credited;
    }
    if (left == 0) {
      finish(from);
    } else if (budget <= 0 && stream.isWritable()) {
      stream.eventLoop().execute(wake);
    }
  }

  /** Whether nothing of the lane's credit is kept for others. */
  private boolean goesFirst() {
    return leads || priority == Priority.SHORT;
  }

  private void onNothingReadable(FragmentBody from, int offset) {
    Progress progress = from.progress();
    if (progress instanceof Progress.Aborted aborted) {
      abort(aborted);
    } else if (progress instanceof Progress.Verified && from.readable(offset) == 0) {
      ExchangeLog.bodyUnreadable(from.fragmentBytes());
      stop(Status.INTERNAL_ERROR);
    } else {
      from.onProgress(wake);
    }
  }

  private void finish(FragmentBody from) {
    Progress progress = from.progress();
    if (progress instanceof Progress.Verified) {
      lastWord(new FragmentTrailer.Verified((int) sentBytes), "VERIFIED");
    } else if (progress instanceof Progress.Aborted aborted) {
      abort(aborted);
    } else {
      from.onProgress(wake);
    }
  }

  // The end

  private void abort(Progress.Aborted aborted) {
    ExchangeLog.fillWasWrong(request, aborted.source());
    lastWord(new FragmentTrailer.Aborted((int) sentBytes, aborted.source()), "ABORTED");
  }

  private void refuse(Status status, Duration retryAfter) {
    if (!hasLastWord && !isOver) {
      shared.metrics().answered(status, CacheOutcome.NONE);
      write(FragmentCodec.encode(FragmentHeader.refusal(status, price, retryAfter)));
      end();
    }
  }

  /** Ends it for a reason, wherever it has come to. */
  private void stop(Status status) {
    if (hasAskedTurn) {
      lastWord(new FragmentTrailer.Stopped((int) sentBytes, status), status.name());
    } else {
      refuse(status, Duration.ZERO);
    }
  }

  private void lastWord(FragmentTrailer trailer, String name) {
    if (!hasLastWord && !isOver) {
      ending = name;
      write(FragmentCodec.encode(trailer));
      end();
    }
  }

  private void end() {
    hasLastWord = true;
    stream.closeWrite();
    release();
  }

  private void onDeadline() {
    if (!isOver) {
      stop(Status.TIMED_OUT);
      timer = after(shared.settings().linger(), () -> stream.reset(StreamReset.NO_CODE));
    }
  }

  @Override
  public void onEndOfInput() {
    if (request == null) {
      stream.reset(StreamReset.NO_CODE);
    } else {
      stop(Status.CANCELLED);
    }
  }

  @Override
  public void onReset(StreamReset reset) {
    ending = reset.reason().name();
    over();
    if (lane != null && sentBytes > 0) {
      lane.onBrokenOff(sentBytes);
    }
  }

  @Override
  public void onClosed() {
    over();
  }

  private void over() {
    isOver = true;
    release();
    if (timer != null) {
      timer.cancel(false);
    }
    if (hasAskedTurn) {
      shared.metrics().delivered(priority, ending, sentBytes);
    }
  }

  /** Gives up the credit that was kept for bytes which will not be sent. */
  private void stopLeading(ServedLane on) {
    if (leads && request != null) {
      leads = false;
      long unsent = request.range().length() - sentBytes;
      on.keep(-unsent);
      if (unsent > 0) {
        on.wake();
      }
    }
  }

  private void release() {
    if (lane != null) {
      lane.forget(wake);
      stopLeading(lane);
    }
    if (body != null) {
      body.close();
      body = null;
    }
    if (hasEntered) {
      hasEntered = false;
      boolean isBulk = hasAskedTurn && priority == Priority.BULK;
      shared.turns().leave(peer, isBulk ? Optional.of(this) : Optional.empty());
    }
  }
}
