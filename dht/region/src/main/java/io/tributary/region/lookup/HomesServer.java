package io.tributary.region.lookup;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Varint;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.wire.DelimitedReader;
import io.tributary.region.Region;
import io.tributary.region.RegionMetrics;
import io.tributary.region.lookup.HomesCodec.Request;
import io.tributary.region.lookup.HomesCodec.Response;
import io.tributary.region.lookup.HomesCodec.Status;
import io.tributary.region.placement.Placement;
import io.tributary.region.record.Refusal;
import io.tributary.region.record.RefusedException;
import io.tributary.region.record.SignedRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The answering side of {@code /tributary/region/1.0.0}: tells the homes of fragments as this
 * member sees them. Thread-safe.
 */
public final class HomesServer {
  /** How many questions are open at a time; more are answered with "busy". */
  public static final int MAX_OPEN = 256;

  /** How long a question may be open. */
  public static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Host host;
  private final Region region;
  private final Supplier<Placement> placement;
  private final RegionMetrics metrics;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * @param region this member's
   * @param placement as of now, such as that of a region view
   */
  public HomesServer(
      Host host, Region region, Supplier<Placement> placement, RegionMetrics metrics) {
    this.host = host;
    this.region = region;
    this.placement = placement;
    this.metrics = metrics;
  }

  /** Begins to answer. */
  public void start() {
    host.handle(HomesCodec.PROTOCOL, Question::new, true);
  }

  /** Answers no more. */
  public void stop() {
    host.unhandle(HomesCodec.PROTOCOL);
  }

  private Response answer(byte[] bytes) {
    Request request;
    try {
      request = HomesCodec.decodeRequest(bytes);
    } catch (RefusedException e) {
      metrics.refused(e.reason());
      return Response.of(Status.BAD_REQUEST);
    }
    if (!region.contains(request.region()) && !request.region().contains(region)) {
      metrics.refused(Refusal.BAD_REGION);
      return Response.of(Status.OTHER_REGION);
    }
    Placement now = placement.get();
    List<byte[]> envelopes =
        now.homes(request.fragment(), request.count()).stream().map(SignedRecord::toBytes).toList();
    return new Response(Status.OK, now.level().name(), envelopes);
  }

  private final class Question implements StreamHandler {
    private final Stream stream;
    private final DelimitedReader reader;
    private boolean answered;

    Question(Stream stream) {
      this.stream = stream;
      this.reader = new DelimitedReader(HomesCodec.MAX_REQUEST_BYTES, this::onRequest);
      open.incrementAndGet();
      stream.deadline(DEADLINE);
    }

    @Override
    public void onData(ByteBuf data) {
      try {
        reader.read(data);
      } catch (MalformedFormatException e) {
        metrics.refused(Refusal.TOO_LONG);
        stream.reset(StreamReset.NO_CODE);
      }
    }

    private void onRequest(ByteBuf request) {
      if (answered) {
        metrics.refused(Refusal.MALFORMED);
        stream.reset(StreamReset.NO_CODE);
        return;
      }
      answered = true;
      Response response;
      if (open.get() > MAX_OPEN) {
        metrics.refused(Refusal.BUSY);
        response = Response.of(Status.BUSY);
      } else {
        response = answer(ByteBufUtil.getBytes(request));
      }
      byte[] bytes = HomesCodec.encode(response);
      ByteBuf out = stream.allocator().directBuffer(Varint.MAX_BYTES + bytes.length);
      DelimitedReader.write(out, bytes);
      stream.write(out);
      stream.closeWrite();
    }

    @Override
    public void onEndOfInput() {
      if (!answered) {
        stream.reset(StreamReset.NO_CODE);
      }
    }

    @Override
    public void onReset(StreamReset reset) {
      onEnd();
    }

    @Override
    public void onClosed() {
      onEnd();
    }

    private void onEnd() {
      reader.close();
      open.decrementAndGet();
    }
  }
}
