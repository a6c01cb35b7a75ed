package io.tributary.exchange.client;

import io.netty.buffer.ByteBuf;
import io.tributary.content.Layout;
import io.tributary.exchange.Breakage;
import io.tributary.exchange.ExchangeLog;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FillSource;
import io.tributary.exchange.FragmentHeader;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.FragmentTrailer;
import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.Status;
import io.tributary.exchange.lane.PayerLane.BreakOff;
import io.tributary.exchange.wire.FragmentCodec;
import io.tributary.exchange.wire.MessageReader;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.receipt.Outcome;
import io.tributary.ledger.receipt.Receipt;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.time.Timekeeper.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The asking side of {@code /tributary/fragment/1.0.0}: one fetch, from the connection to the last
 * word about its money.
 *
 * <pre>
 *  connect --> lane met --> bytes may be asked for --> header --> body --> trailer --> settled
 *     |            |                  |                  |          |                     ^
 *     +------------+------------------+--- failed -------+          +--- drained ---------+
 * </pre>
 *
 * <p>The way to the stream is the {@link Approach}'s, money is the {@link Purchase}'s. All state is
 * confined to the {@link Home}.
 */
final class Transfer implements StreamHandler, Approach.Goal {
  private static final Logger log = LoggerFactory.getLogger(Transfer.class);

  /** What all fetches of a client share. */
  record Shared(
      Host host,
      Optional<PaidLanes> lanes,
      ClientSettings settings,
      Timekeeper time,
      ExchangeMetrics metrics,
      Runnable onOver) {}

  private final Shared shared;
  private final Provider provider;
  private final FetchRequest wanted;
  private final FragmentConsumer consumer;
  private final CompletableFuture<FetchResult> result = new CompletableFuture<>();
  private final MessageReader headerReader =
      MessageReader.ofLength(FragmentCodec.HEADER_BYTES, this::onHeader);
  private final Home home;
  private final Purchase purchase;
  private final ContentCheck check;
  private final long startNanos;

  private @Nullable Stream stream;
  private @Nullable FragmentHeader header;
  private @Nullable BodyReader body;
  private @Nullable Timer timer;
  private long demand;
  private boolean isOver;
  private boolean isSettled;
  private boolean isDelivering;
  private BreakOff breakOff = BreakOff.CANCELLED_HERE;

  Transfer(Shared shared, Provider provider, FetchRequest wanted, FragmentConsumer consumer) {
    this.shared = shared;
    this.provider = provider;
    this.wanted = wanted;
    this.consumer = consumer;
    this.startNanos = shared.time().nanoTime();
    this.purchase = new Purchase(wanted.range().length());
    this.check = new ContentCheck(wanted);
    this.home =
        new Home(
            shared.host().io().group().next(),
            () ->
                result.completeExceptionally(
                    new FetchException(Breakage.STOPPED, "the host has stopped")));
  }

  CompletableFuture<FetchResult> result() {
    return result;
  }

  void start() {
    home.run(
        () -> {
          timer = shared.time().after(wanted.deadline(), () -> home.run(this::onDeadline));
          new Approach(shared, provider, wanted, home, purchase, this).start();
        });
  }

  void request(long bytes) {
    home.run(
        () -> {
          demand = demand + bytes < 0 ? Fetch.UNBOUNDED : demand + bytes;
          deliver();
        });
  }

  void cancel() {
    home.run(() -> stop(new FetchException(Breakage.CANCELLED_HERE, "cancelled by the caller")));
  }

  private void onDeadline() {
    if (!isOver) {
      breakOff = BreakOff.LOST;
      stop(
          new FetchException(
              Breakage.DEADLINE_PASSED, provider.peer() + " took " + wanted.deadline()));
    }
  }

  // The stream

  @Override
  public boolean isOver() {
    return isOver;
  }

  @Override
  public void onFailed(FetchException reason) {
    settle(BreakOff.LOST);
    fail(reason);
  }

  @Override
  public void onStream(Stream opened, FragmentRequest request) {
    if (isOver) {
      opened.reset(StreamReset.NO_CODE);
      settle(BreakOff.CANCELLED_HERE);
      return;
    }
    stream = opened;
    opened.handler(this);
    byte[] bytes = FragmentCodec.encode(request);
    opened.write(opened.allocator().directBuffer(bytes.length).writeBytes(bytes));
  }

  // Header and bytes

  @Override
  public void onData(ByteBuf data) {
    BodyReader content = body;
    try {
      if (content == null && header == null) {
        headerReader.read(data);
        content = body;
      }
      if (content != null && !isSettled && data.isReadable()) {
        content.add(data.retain());
        purchase.onReceived(content.contentBytes());
        deliver();
      }
    } catch (MalformedExchangeException e) {
      onBadAnswer(e.what());
    } finally {
      data.release();
    }
  }

  private boolean onHeader(byte[] bytes) {
    FragmentHeader said = FragmentCodec.decodeHeader(bytes);
    header = said;
    if (said.status() != Status.OK) {
      settle(BreakOff.CANCELLED_HERE);
      closeWrite();
      fail(
          new FetchException(
              said.status(), "said by " + provider.peer(), said.retryAfter(), Optional.empty()));
      return false;
    }
    if (said.fragmentBytes() != Layout.FRAGMENT_BYTES
        || said.offset() != wanted.range().offset()
        || said.lengthBytes() != wanted.range().length()) {
      throw new MalformedExchangeException("a header that does not belong to the request");
    }
    body = new BodyReader(said.lengthBytes());
    if (said.price().equals(PricePerGib.FREE)) {
      // A gift: nothing is counted on the lane.
      purchase.brokenOff(BreakOff.CANCELLED_HERE);
    } else if (said.price().compareTo(wanted.ceiling()) > 0) {
      stop(new FetchException(Breakage.OVER_CEILING, provider.peer() + " asks " + said.price()));
      return false;
    }
    if (!isOver) {
      call(() -> consumer.onHeader(said));
    }
    return false;
  }

  private void call(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException e) {
      ExchangeLog.consumerFailed(wanted.name(), e);
      stop(new FetchException(Breakage.CONSUMER_FAILED, wanted.name().toString(), e));
    }
  }

  /** Hands on what is there and asked for, and lets more come if that was all. */
  private void deliver() {
    BodyReader content = body;
    if (content == null || isDelivering || isSettled) {
      return;
    }
    isDelivering = true;
    while (!isOver && demand > 0 && content.readyBytes() > 0) {
      ByteBuf bytes = content.poll(Math.min(demand, content.readyBytes()));
      demand = demand == Fetch.UNBOUNDED ? demand : demand - bytes.readableBytes();
      call(
          () -> {
            check.update(bytes);
            consumer.onBytes(bytes);
          });
    }
    if (isOver && !isSettled) {
      drop(content);
    }
    isDelivering = false;
    if (content.isEnded() && !isSettled) {
      finish(content);
    } else if (stream != null && !isSettled) {
      stream.autoRead(isOver || demand > 0 || content.readyBytes() == 0);
    }
  }

  private static void drop(BodyReader content) {
    while (content.readyBytes() > 0) {
      content.poll(content.readyBytes()).release();
    }
  }

  @Override
  public void onEndOfInput() {
    BodyReader content = body;
    if (content == null) {
      if (header == null) {
        onBadAnswer("an end without a header");
      }
      return;
    }
    try {
      content.end();
      purchase.onReceived(content.contentBytes());
      deliver();
    } catch (MalformedExchangeException e) {
      onBadAnswer(e.what());
    }
  }

  /** All has come; what was asked for has been handed on. */
  private void finish(BodyReader content) {
    FragmentTrailer trailer;
    try {
      trailer = FragmentCodec.decodeTrailer(content.trailer());
      if (trailer.sentBytes() != content.contentBytes()) {
        throw new MalformedExchangeException("a trailer that counts otherwise");
      }
    } catch (MalformedExchangeException e) {
      onBadAnswer(e.what());
      return;
    }
    boolean isComplete = content.contentBytes() == wanted.range().length();
    if (isOver) {
      settle(breakOff);
      closeWrite();
    } else if (trailer instanceof FragmentTrailer.Aborted aborted) {
      FillSource source = aborted.source();
      end(
          BreakOff.BY_PAYEE,
          new FetchException(
              Breakage.ABORTED,
              provider.peer() + " was given wrong bytes by " + source,
              Duration.ZERO,
              Optional.of(source)));
    } else if (trailer instanceof FragmentTrailer.Stopped stopped) {
      end(
          BreakOff.LOST,
          new FetchException(stopped.status(), "said by " + provider.peer() + " in between"));
    } else if (!isComplete) {
      onBadAnswer("VERIFIED, but bytes are missing");
    } else if (content.readyBytes() == 0) {
      complete();
    }
  }

  private void complete() {
    if (check.isChecked() && !check.isRight()) {
      isSettled = true;
      purchase.wrong();
      fail(
          new FetchException(
              Breakage.WRONG_BYTES, provider.peer() + " said VERIFIED of " + wanted.name()));
      closeBody();
      reset();
      return;
    }
    Receipt receipt = receipt();
    FragmentHeader said = Objects.requireNonNull(header);
    isSettled = true;
    closeWrite();
    closeBody();
    if (check.isChecked()) {
      purchase.verified(receipt);
      succeed(new FetchResult.Verified(said, receipt), "VERIFIED");
    } else {
      succeed(new FetchResult.Unverified(said, receipt, new Later(receipt)), "UNVERIFIED");
    }
  }

  private Receipt receipt() {
    long nanos = shared.time().nanoTime() - startNanos;
    return new Receipt(
        Hash256.of(wanted.name().hash().digest().toBytes()),
        provider.peer().toString(),
        purchase.receivedBytes(),
        Duration.ofNanos(nanos).toMillis(),
        shared.time().clock().millis(),
        Outcome.VERIFIED);
  }

  /** What the caller says later of a range. */
  private final class Later implements FetchResult.Judgement {
    private final Receipt receipt;
    private final AtomicBoolean isJudged = new AtomicBoolean();

    Later(Receipt receipt) {
      this.receipt = receipt;
    }

    @Override
    public void right() {
      judge(() -> purchase.verified(receipt));
    }

    @Override
    public void wrong() {
      judge(purchase::wrong);
    }

    @Override
    public void unknown() {
      judge(() -> purchase.brokenOff(BreakOff.CANCELLED_HERE));
    }

    private void judge(Runnable judgement) {
      if (isJudged.compareAndSet(false, true)) {
        home.run(judgement);
      }
    }
  }

  // The end

  private void onBadAnswer(String what) {
    boolean wasOver = isOver;
    log.debug("{} answers badly: {}", provider.peer(), what);
    settle(wasOver ? breakOff : BreakOff.BY_PAYEE);
    fail(new FetchException(Breakage.BAD_ANSWER, provider.peer() + ": " + what));
    reset();
  }

  /** Ends it before its bytes have all come; what is on its way is counted, not handed on. */
  private void stop(FetchException reason) {
    if (isOver) {
      return;
    }
    boolean isUnderWay = stream != null && !isSettled;
    fail(reason);
    if (!isUnderWay) {
      return;
    }
    if (purchase.isOpen()) {
      closeWrite();
      timer = shared.time().after(shared.settings().drain(), () -> home.run(this::onDrained));
      deliver();
      if (stream != null && body == null) {
        stream.autoRead(true);
      }
    } else {
      isSettled = true;
      closeBody();
      reset();
    }
  }

  private void onDrained() {
    settle(breakOff);
    reset();
  }

  private void end(BreakOff how, FetchException reason) {
    settle(how);
    closeWrite();
    fail(reason);
  }

  @Override
  public void onReset(StreamReset reset) {
    Breakage why =
        switch (reset.reason()) {
          case CONNECTION_CLOSED -> Breakage.CONNECTION_LOST;
          case PROTOCOL_UNSUPPORTED -> Breakage.UNSUPPORTED;
          default -> Breakage.BROKEN_OFF;
        };
    BreakOff how =
        switch (reset.reason()) {
          case CONNECTION_CLOSED -> BreakOff.LOST;
          case RESET_BY_PEER, NEGOTIATION_FAILED, PROTOCOL_VIOLATION -> BreakOff.BY_PAYEE;
          default -> BreakOff.CANCELLED_HERE;
        };
    settle(isOver ? breakOff : how);
    fail(
        new FetchException(
            why,
            provider.peer()
                + " ended the stream: "
                + reset.reason()
                + " at "
                + purchase.receivedBytes()));
  }

  @Override
  public void onClosed() {
    if (body == null) {
      settle(BreakOff.CANCELLED_HERE);
    }
  }

  /** Gives the lane the last word on what did not become verified. */
  private void settle(BreakOff how) {
    if (!isSettled) {
      isSettled = true;
      closeBody();
      purchase.brokenOff(how);
    }
  }

  private void closeBody() {
    if (timer != null) {
      timer.cancel();
    }
    if (body != null) {
      body.close();
    }
  }

  private void closeWrite() {
    if (stream != null) {
      stream.closeWrite();
    }
  }

  private void reset() {
    if (stream != null) {
      stream.reset(StreamReset.NO_CODE);
    }
  }

  private void succeed(FetchResult ended, String name) {
    isOver = true;
    over(name);
    result.complete(ended);
  }

  private void fail(FetchException reason) {
    if (!isOver) {
      isOver = true;
      over(reason.reason().name());
      result.completeExceptionally(reason);
    }
  }

  private void over(String name) {
    if (timer != null) {
      timer.cancel();
    }
    shared.metrics().fetched(name, purchase.receivedBytes());
    shared.onOver().run();
  }
}
