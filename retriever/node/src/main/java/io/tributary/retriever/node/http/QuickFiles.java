package io.tributary.retriever.node.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.buffer.ByteBuf;
import io.tributary.content.ByteRange;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.MalformedIdException;
import io.tributary.nodekit.http.ByteSpan;
import io.tributary.nodekit.http.HeadWriter;
import io.tributary.nodekit.http.QuickAnswer;
import io.tributary.nodekit.http.QuickHandler;
import io.tributary.nodekit.http.QuickRequest;
import io.tributary.retriever.engine.CachedRange;
import io.tributary.retriever.engine.Engine;
import io.tributary.retriever.engine.trace.TraceId;
import io.tributary.retriever.node.access.ClientBudgets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The short cut of {@link FileApi}: a short range inside a fragment that is in the engine's cache,
 * for a client that may have it. Its trace has the second half of the exchange's name. Thread-safe.
 */
final class QuickFiles implements QuickHandler {
  /** How many files' header fields are remembered. */
  private static final int MAX_SHOWN = 4096;

  private static final int NANOS_PER_MICRO = 1000;

  private static final byte[] RANGE = ascii("content-range: bytes ");
  private static final byte[] TO = ascii("-");
  private static final byte[] OF = ascii("/");
  private static final byte[] TAG = ascii("\r\netag: \"");
  private static final byte[] VERIFIED = ascii("\"\r\nserver-timing: first-verified;dur=");
  private static final byte[] DELIVERED = ascii(", first-delivered;dur=");
  private static final byte[] ENDED = ascii(", ended;dur=");
  private static final byte[] TRACE = ascii(", trace;desc=\"");
  private static final byte[] END = ascii("\"\r\n");
  private static final byte[] POINT = ascii(".");
  private static final byte[][] FRACTIONS = fractions();

  private final Engine engine;
  private final Gatekeeper gate;
  private final Cache<Shown, byte[]> shown =
      Caffeine.newBuilder().maximumSize(MAX_SHOWN).executor(Runnable::run).build();

  /** What a file is called, and how it is to be shown. */
  private record Shown(String name, String disposition) {}

  QuickFiles(Engine engine, Gatekeeper gate) {
    this.engine = engine;
    this.gate = gate;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The thousandths 000 to 999. */
  private static byte[][] fractions() {
    byte[][] all = new byte[NANOS_PER_MICRO][];
    for (int i = 0; i < all.length; i++) {
      all[i] = ascii(String.valueOf(NANOS_PER_MICRO + i).substring(1));
    }
    return all;
  }

  @Override
  public Optional<QuickAnswer> handle(QuickRequest request) {
    String path = request.path();
    int at = path.length() - Digest.HEX_CHARS;
    if (at <= 0 || request.range().lengthBytes() > QuickAnswer.MAX_BYTES) {
      return Optional.empty();
    }
    String disposition =
        switch (path.substring(0, at)) {
          case "/file/", "/file/open/", "/open/" -> "inline";
          case "/file/download/", "/download/", "/gateway/download/" -> "attachment";
          default -> "";
        };
    return disposition.isEmpty()
        ? Optional.empty()
        : fid(path.substring(at)).flatMap(fid -> answer(request, fid, disposition));
  }

  private static Optional<Fid> fid(String text) {
    try {
      return Optional.of(Fid.parse(text));
    } catch (MalformedIdException e) {
      // The usual way says what is wrong with it.
      return Optional.empty();
    }
  }

  private Optional<QuickAnswer> answer(QuickRequest request, Fid fid, String disposition) {
    ByteSpan span = request.range();
    Optional<CachedRange> found =
        engine.cached(fid, new ByteRange(span.first(), span.lengthBytes()));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    CachedRange range = found.get();
    boolean isAnswered = false;
    try {
      Optional<ClientBudgets.Lease> lease =
          gate.tryAdmit(request.remote().getAddress(), range.file());
      if (lease.isEmpty()) {
        return Optional.empty();
      }
      isAnswered = true;
      TraceId trace = new TraceId(request.id().number());
      return Optional.of(
          new Part(
              range,
              span,
              fields(range.file().name(), disposition),
              trace,
              range.delivered(trace),
              lease.get()));
    } finally {
      if (!isAnswered) {
        range.close();
      }
    }
  }

  /** The fields that depend on nothing else. */
  private byte[] fields(String name, String disposition) {
    return shown.get(
        new Shown(name, disposition),
        each -> {
          StringBuilder lines = new StringBuilder(512);
          FileApi.describe(
              each.disposition(),
              Disposition.cleaned(each.name()),
              (field, value) -> lines.append(field).append(": ").append(value).append("\r\n"));
          return ascii(lines.append("accept-ranges: bytes\r\n").toString());
        });
  }

  /** A part of a file; counted as sent when it is written. */
  private static final class Part implements QuickAnswer {
    private final CachedRange range;
    private final ByteSpan span;
    private final byte[] fields;
    private final TraceId trace;
    private final Duration took;
    private final ClientBudgets.Lease lease;

    Part(
        CachedRange range,
        ByteSpan span,
        byte[] fields,
        TraceId trace,
        Duration took,
        ClientBudgets.Lease lease) {
      this.range = range;
      this.span = span;
      this.fields = fields;
      this.trace = trace;
      this.took = took;
      this.lease = lease;
    }

    @Override
    public int lengthBytes() {
      return (int) span.lengthBytes();
    }

    @Override
    public void writeFields(HeadWriter out) {
      Digest fid = range.file().fid().digest();
      out.ascii(fields)
          .ascii(RANGE)
          .number(span.first())
          .ascii(TO)
          .number(span.end() - 1)
          .ascii(OF)
          .number(range.file().storedBytes())
          .ascii(TAG)
          .hex(fid.word0())
          .hex(fid.word1())
          .hex(fid.word2())
          .hex(fid.word3())
          .ascii(VERIFIED);
      millis(out);
      millis(out.ascii(DELIVERED));
      millis(out.ascii(ENDED));
      out.ascii(TRACE).hex(trace.bits()).ascii(END);
    }

    private void millis(HeadWriter out) {
      long micros = took.toNanos() / NANOS_PER_MICRO;
      out.number(micros / NANOS_PER_MICRO)
          .ascii(POINT)
          .ascii(FRACTIONS[(int) (micros % NANOS_PER_MICRO)]);
    }

    @Override
    public void writeContent(ByteBuf out) {
      ByteBuf bytes = range.bytes();
      out.writeBytes(bytes, bytes.readerIndex(), lengthBytes());
      lease.sent(span.lengthBytes());
    }

    @Override
    public void close() {
      range.close();
      lease.close();
    }
  }
}
