package io.tributary.origin.deoss;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.content.Fid;
import io.tributary.content.Manifest;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.Transfer;
import io.tributary.origin.upstream.UpstreamCaller;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamLimits;
import io.tributary.origin.upstream.UpstreamRuntime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * Reads files from DeOSS gateways.
 *
 * <p>A gateway is an upstream like any other: what it sends is checked against the hashes of the
 * chain's manifest, segment by segment, while it is handed on. So this works for files whose stored
 * bytes are the bytes a gateway serves, which is not so for files encrypted by the gateway.
 *
 * <p>Gateways are odd, and this client knows how:
 *
 * <ul>
 *   <li>The first answer for a file the gateway has to fetch from miners is empty; it is asked
 *       again.
 *   <li>Errors come as JSON with a code of their own, most often under HTTP 200.
 *   <li>Downloads know no ranges; {@code /file/open} takes one in the request header {@code
 *       Content-Range}.
 *   <li>The version is a bare JSON string; other values may or may not be in an envelope.
 * </ul>
 *
 * <p>Calls are asynchronous and end within their limits; they fail with an {@link
 * UpstreamException}, and cancelling a future ends its call. Safe for use by many threads.
 */
public final class DeossClient {
  /**
   * The limits used if nobody sets others: a gateway may take two minutes to fetch a file before it
   * answers, a big file half a day to come, and its list of owners is up to 8 MiB of JSON.
   */
  public static final UpstreamLimits DEFAULT_LIMITS =
      UpstreamLimits.DEFAULTS
          .withDeadlines(
              new UpstreamLimits.Deadlines(
                  Duration.ofSeconds(5),
                  Duration.ofMinutes(2),
                  Duration.ofHours(12),
                  Duration.ofSeconds(5),
                  64 << 10))
          .withSmallAnswerBytes(8 << 20);

  private static final int MAX_VERSION_CHARS = 64;

  private final UpstreamCaller caller;

  /** Creates a client. */
  public DeossClient(UpstreamLimits limits, UpstreamRuntime runtime) {
    this.caller = new UpstreamCaller(limits, runtime);
  }

  /**
   * Reads a whole file.
   *
   * <p>The bytes that complete a segment are handed on only if the segment is right; the first
   * wrong one ends in {@code onError}. A failure before the first byte is tried again.
   *
   * @param gateway where to read
   * @param path which of the gateway's resources to use
   * @param manifest what to read
   * @param consumer who gets the bytes, one call at a time on the runtime's executor; must not
   *     block
   */
  public CompletableFuture<Transfer> download(
      Endpoint gateway,
      DownloadPath path,
      Manifest manifest,
      Flow.Subscriber<? super ByteBuffer> consumer) {
    FileSlice all = FileSlice.segments(manifest, 0, manifest.segments().size() - 1);
    return read(gateway, path.of(manifest.fid()), all, false, consumer);
  }

  /**
   * Reads consecutive segments as one range, checked like {@link #download}; without the padding of
   * the last one.
   *
   * @param firstSegment the first segment, from 0
   * @param lastSegment the last segment, itself included
   * @throws IllegalArgumentException if the file has no such segments
   */
  public CompletableFuture<Transfer> openSegments(
      Endpoint gateway,
      Manifest manifest,
      int firstSegment,
      int lastSegment,
      Flow.Subscriber<? super ByteBuffer> consumer) {
    FileSlice slice = FileSlice.segments(manifest, firstSegment, lastSegment);
    return read(gateway, DownloadPath.FILE_OPEN.of(manifest.fid()), slice, true, consumer);
  }

  /**
   * Reads any range of a file. Its length is checked, its bytes are <em>not</em>: part of a segment
   * has no hash.
   *
   * @param firstByte the first byte, from 0
   * @param lastByte the last byte, itself included
   * @throws IllegalArgumentException if the file has no such bytes
   */
  public CompletableFuture<Transfer> openUnchecked(
      Endpoint gateway,
      Manifest manifest,
      long firstByte,
      long lastByte,
      Flow.Subscriber<? super ByteBuffer> consumer) {
    FileSlice slice = FileSlice.unchecked(manifest, firstByte, lastByte);
    return read(gateway, DownloadPath.FILE_OPEN.of(manifest.fid()), slice, true, consumer);
  }

  /** Asks a gateway what it knows of a file. */
  public CompletableFuture<FileMetadata> metadata(Endpoint gateway, Fid fid) {
    return caller.call(
        new ValueRead<>(
            gateway,
            "/file/metadata/" + fid.toHex(),
            value -> FileMetadata.of(value).filter(read -> read.fid().equals(fid))));
  }

  /** Asks a gateway for the version of its software: at most 64 characters of a stranger's. */
  public CompletableFuture<String> version(Endpoint gateway) {
    return caller.call(
        new ValueRead<>(
            gateway,
            "/version",
            value ->
                Optional.of(value)
                    .filter(JsonNode::isTextual)
                    .map(JsonNode::textValue)
                    .filter(text -> text.length() <= MAX_VERSION_CHARS)));
  }

  /**
   * Tells whether a call to a gateway would be tried now: its circuit is not open and it has a free
   * place. For choosing among gateways.
   */
  public boolean accepts(Endpoint gateway) {
    return caller.accepts(gateway);
  }

  private CompletableFuture<Transfer> read(
      Endpoint gateway,
      String resource,
      FileSlice slice,
      boolean ranged,
      Flow.Subscriber<? super ByteBuffer> consumer) {
    return caller.stream(new FileRead(gateway, resource, slice, ranged, consumer), consumer);
  }
}
