package io.tributary.exchange.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.tributary.content.Digest;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.exchange.Breakage;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FillSource;
import io.tributary.exchange.FragmentHeader;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.FragmentTrailer;
import io.tributary.exchange.LanePayment;
import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.Reason;
import io.tributary.exchange.Status;
import io.tributary.exchange.lane.PayerLane.BreakOff;
import io.tributary.exchange.wire.FragmentCodec;
import io.tributary.exchange.wire.MessageReader;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.receipt.Outcome;
import io.tributary.ledger.receipt.Receipt;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.time.Timekeeper.Timer;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
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
 * <p>All state is confined to one event loop at a time: any until there is a connection, then the
 * connection's.
 */
final class Transfer implements StreamHandler {
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
  private final MessageDigest sha256 = Sha256.newDigest();
  private final boolean isWhole;
  private final long startNanos;
  private volatile EventLoop home;

  private Optional<PaidLane> lane = Optional.empty();
  private @Nullable Stream stream;
  private @Nullable FragmentHeader header;
  private @Nullable BodyReader body;
  private @Nullable Timer timer;
  private long demand;
  private long countedBytes;
  private boolean holdsReservation;
  private boolean isOver;
  private boolean isSettled;
  private boolean isDelivering;
  private BreakOff breakOff = BreakOff.CANCELLED_HERE;

  Transfer(Shared shared, Provider provider, FetchRequest wanted, FragmentConsumer consumer) {
    this.shared = shared;
    this.provider = provider;
    this.wanted = wanted;
    this.consumer = consumer;
    this.isWhole = wanted.range().length() == Layout.FRAGMENT_BYTES;
    this.startNanos = shared.time().nanoTime();
    this.home = shared.host().io().group().next();
  }

  CompletableFuture<FetchResult> result() {
    return result;
  }

  void start() {
    run(
        () -> {
          timer = shared.time().after(wanted.deadline(), () -> run(this::onDeadline));
          shared
              .host()
              .connect(provider.peer(), provider.addresses())
              .addListener((Future<Connection> connecting) -> run(() -> onConnect(connecting)));
        });
  }

  /** Runs a task at home, wherever that is by then. */
  private void run(Runnable task) {
    EventLoop now = home;
    if (now.inEventLoop()) {
      task.run();
      return;
    }
    try {
      now.execute(
          () -> {
            if (home == now) {
              task.run();
            } else {
              run(task);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new FetchException(Breakage.STOPPED, "the host has stopped"));
    }
  }

  void request(long bytes) {
    run(
        () -> {
          demand = demand + bytes < 0 ? Fetch.UNBOUNDED : demand + bytes;
          deliver();
        });
  }

  void cancel() {
    run(() -> stop(new FetchException(Breakage.CANCELLED_HERE, "cancelled by the caller")));
  }

  private void onDeadline() {
    if (!isOver) {
      breakOff = BreakOff.LOST;
      stop(
          new FetchException(
              Breakage.DEADLINE_PASSED, provider.peer() + " took " + wanted.deadline()));
    }
  }

  // Before the bytes

  private void onConnect(Future<Connection> connecting) {
    if (isOver) {
      return;
    }
    if (!connecting.isSuccess()) {
      fail(
          new FetchException(
              Breakage.UNREACHABLE, provider.peer() + " is not reached", connecting.cause()));
      return;
    }
    Connection connection = connecting.getNow();
    home = connection.eventLoop();
    run(() -> meet(connection));
  }

  private void meet(Connection connection) {
    if (shared.lanes().isEmpty() || provider.payee().isEmpty()) {
      open(connection, Optional.empty());
      return;
    }
    PaidLanes lanes = shared.lanes().get();
    if (lanes.payer().ledger().trouble().isPresent()) {
      fail(new FetchException(Breakage.LEDGER_TROUBLE, "vouchers cannot be written down"));
      return;
    }
    Optional<PaidLane> found = lanes.lane(provider.payee().get());
    if (found.isEmpty()) {
      fail(new FetchException(Breakage.TOO_MANY_FETCHES, "no lane is free"));
      return;
    }
    lane = found;
    found.get().meet(connection, refused -> run(() -> onMet(connection, found.get(), refused)));
  }

  private void onMet(Connection connection, PaidLane met, Optional<Reason> refused) {
    if (isOver) {
      return;
    }
    if (refused.isPresent()) {
      failLane(refused.get());
      return;
    }
    met.begin(wanted.range().length(), denied -> run(() -> onReserved(connection, met, denied)));
  }

  private void failLane(Reason reason) {
    fail(
        new FetchException(
            reason,
            provider.peer()
                + " on the lane to "
                + provider.payee().map(Object::toString).orElse("nobody")));
  }

  private void onReserved(Connection connection, PaidLane met, Optional<Reason> denied) {
    holdsReservation = denied.isEmpty();
    if (isOver) {
      settle(BreakOff.CANCELLED_HERE);
      return;
    }
    if (denied.isPresent()) {
      failLane(denied.get());
      return;
    }
    Payer payer = shared.lanes().orElseThrow().payer();
    open(
        connection,
        Optional.of(new LanePayment(payer.address(), met.lane().lane().lane(), wanted.ceiling())));
  }

  private void open(Connection connection, Optional<LanePayment> payment) {
    long leftMillis =
        wanted.deadline().toMillis()
            - Duration.ofNanos(shared.time().nanoTime() - startNanos).toMillis();
    FragmentRequest request =
        new FragmentRequest(
            wanted.name(),
            wanted.range(),
            payment,
            Duration.ofMillis(
                Math.max(1, Math.min(leftMillis, FragmentRequest.MAX_DEADLINE.toMillis()))));
    connection
        .newStream(FragmentCodec.PROTOCOL)
        .addListener((Future<Stream> opened) -> run(() -> onStream(opened, request)));
  }

  private void onStream(Future<Stream> opened, FragmentRequest request) {
    if (isOver) {
      if (opened.isSuccess()) {
        opened.getNow().reset(StreamReset.NO_CODE);
      }
      settle(BreakOff.CANCELLED_HERE);
      return;
    }
    if (!opened.isSuccess()) {
      settle(BreakOff.LOST);
      fail(
          new FetchException(
              Breakage.CONNECTION_LOST, "no stream to " + provider.peer(), opened.cause()));
      return;
    }
    Stream made = opened.getNow();
    stream = made;
    made.handler(this);
    byte[] bytes = FragmentCodec.encode(request);
    made.write(made.allocator().directBuffer(bytes.length).writeBytes(bytes));
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
        count(content);
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
      release(BreakOff.CANCELLED_HERE);
    } else if (said.price().compareTo(wanted.ceiling()) > 0) {
      stop(new FetchException(Breakage.OVER_CEILING, provider.peer() + " asks " + said.price()));
      return false;
    }
    if (!isOver) {
      call(() -> consumer.onHeader(said));
    }
    return false;
  }

  /** Counts content that has come since the last time. */
  private void count(BodyReader content) {
    long bytes = content.contentBytes() - countedBytes;
    countedBytes += bytes;
    if (bytes > 0 && holdsReservation) {
      lane.ifPresent(each -> each.onReceived(bytes));
    }
  }

  private void call(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException e) {
      log.warn("the consumer of {} failed", wanted.name(), e);
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
            check(bytes);
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

  private void check(ByteBuf bytes) {
    if (isWhole) {
      for (ByteBuffer each : bytes.nioBuffers()) {
        sha256.update(each);
      }
    } else if (wanted.verifier().isPresent()) {
      for (ByteBuffer each : bytes.nioBuffers()) {
        wanted.verifier().get().update(each);
      }
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
      count(content);
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
    boolean isChecked = isWhole || wanted.verifier().isPresent();
    if (isChecked && !isRight()) {
      isSettled = true;
      if (holdsReservation) {
        holdsReservation = false;
        lane.ifPresent(PaidLane::onWrong);
      }
      fail(
          new FetchException(
              Breakage.WRONG_BYTES, provider.peer() + " said VERIFIED of " + wanted.name()));
      closeBody();
      reset();
      return;
    }
    Receipt receipt = receipt(Outcome.VERIFIED);
    FragmentHeader said = Objects.requireNonNull(header);
    closeWrite();
    if (isChecked) {
      settleRight(receipt);
      succeed(new FetchResult.Verified(said, receipt), "VERIFIED");
    } else {
      isSettled = true;
      closeBody();
      succeed(new FetchResult.Unverified(said, receipt, new Later(receipt)), "UNVERIFIED");
    }
  }

  private boolean isRight() {
    if (isWhole) {
      return Digest.of(sha256.digest()).equals(wanted.name().hash().digest());
    }
    try {
      return wanted.verifier().map(RangeVerifier::isRight).orElse(false);
    } catch (RuntimeException e) {
      log.warn("the verifier of {} failed", wanted.name(), e);
      return false;
    }
  }

  private Receipt receipt(Outcome outcome) {
    long nanos = shared.time().nanoTime() - startNanos;
    return new Receipt(
        Hash256.of(wanted.name().hash().digest().toBytes()),
        provider.peer().toString(),
        countedBytes,
        Duration.ofNanos(nanos).toMillis(),
        shared.time().clock().millis(),
        outcome);
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
      judge(() -> lane.ifPresent(each -> each.onVerified(countedBytes, receipt)));
    }

    @Override
    public void wrong() {
      judge(() -> lane.ifPresent(PaidLane::onWrong));
    }

    @Override
    public void unknown() {
      judge(
          () -> lane.ifPresent(each -> each.onBrokenOff(BreakOff.CANCELLED_HERE, 0, countedBytes)));
    }

    private void judge(Runnable judgement) {
      if (isJudged.compareAndSet(false, true)) {
        run(
            () -> {
              if (holdsReservation) {
                holdsReservation = false;
                judgement.run();
              }
            });
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
    if (holdsReservation) {
      closeWrite();
      timer = shared.time().after(shared.settings().drain(), () -> run(this::onDrained));
      deliver();
      if (stream != null && body == null) {
        stream.autoRead(true);
      }
    } else {
      isSettled = true;
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
            why, provider.peer() + " ended the stream: " + reset.reason() + " at " + countedBytes));
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
      release(how);
    }
  }

  private void release(BreakOff how) {
    if (holdsReservation) {
      holdsReservation = false;
      long missing = wanted.range().length() - countedBytes;
      lane.ifPresent(each -> each.onBrokenOff(how, missing, countedBytes));
    }
  }

  private void settleRight(Receipt receipt) {
    isSettled = true;
    closeBody();
    if (holdsReservation) {
      holdsReservation = false;
      lane.ifPresent(each -> each.onVerified(countedBytes, receipt));
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
    shared.metrics().fetched(name, countedBytes);
    shared.onOver().run();
  }
}
