package io.tributary.origin.dev.miner;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import io.tributary.content.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One fragment being received as the part {@code file} of a multipart form, straight to the disk.
 *
 * <p>What of the form is in memory at a time is bounded by {@link #MAX_UNPARSED_BYTES} and the
 * piece just received.
 */
final class FragmentUpload implements Receiver {
  /** The most parts of a form. */
  static final int MAX_PARTS = 16;

  /** The most bytes of a part's header. */
  static final int MAX_UNPARSED_BYTES = 64 << 10;

  private static final String PART = "file";

  /** What happens to the received file. */
  interface Sink {
    /**
     * Checks and keeps a file.
     *
     * @param received the file, which is deleted afterwards if it is still there
     */
    Answer keep(Path received) throws IOException;
  }

  private final HttpPostMultipartRequestDecoder form;
  private final Sink sink;
  private final Optional<Fault> fault;
  private long receivedBytes;
  private boolean malformed;

  private FragmentUpload(HttpPostMultipartRequestDecoder form, Sink sink, Optional<Fault> fault) {
    this.form = form;
    this.sink = sink;
    this.fault = fault;
  }

  /** Starts to receive, or refuses what is no form. */
  static Receiver begin(HttpRequest request, Path directory, Optional<Fault> fault, Sink sink) {
    DefaultHttpDataFactory onDisk = new DefaultHttpDataFactory(true);
    onDisk.setBaseDir(directory.toString());
    onDisk.setDeleteOnExit(false);
    onDisk.setMaxLimit(Layout.FRAGMENT_BYTES);
    try {
      HttpPostMultipartRequestDecoder form =
          new HttpPostMultipartRequestDecoder(
              onDisk, request, StandardCharsets.UTF_8, MAX_PARTS, MAX_UNPARSED_BYTES);
      form.setDiscardThreshold(MAX_UNPARSED_BYTES);
      return new FragmentUpload(form, sink, fault);
    } catch (RuntimeException malformed) {
      // The library has no one way to say so: a Content-Type may also end it out of bounds.
      return Receiver.ignoringBody(
          () -> Answer.Message.of(Envelope.BAD_REQUEST, "the body is not a multipart form"));
    }
  }

  @Override
  public void offer(HttpContent piece) throws IOException {
    if (malformed) {
      return;
    }
    receivedBytes += piece.content().readableBytes();
    try {
      form.offer(piece);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof IOException disk && receivedBytes <= Layout.FRAGMENT_BYTES) {
        throw disk;
      }
      // A part above the limit, or what the library cannot read, in whatever way it says so.
      malformed = true;
    }
  }

  @Override
  public Answer finish() throws IOException {
    Optional<FileUpload> file = malformed ? Optional.empty() : file();
    if (file.isEmpty()) {
      return Answer.Message.of(
          Envelope.BAD_REQUEST, "the form has no part \"file\" of at most 8 MiB");
    }
    if (file.get().length() != Layout.FRAGMENT_BYTES) {
      return Answer.Message.of(Envelope.BAD_REQUEST, "a fragment has 8 MiB");
    }
    return sink.keep(file.get().getFile().toPath());
  }

  @Override
  public long bytesPerSecond() {
    return fault.map(FaultEffects::bytesPerSecond).orElse(BodyWriter.UNLIMITED);
  }

  @Override
  public long cutAfterBytes() {
    return fault
        .map(f -> FaultEffects.cutAfterBytes(f, Layout.FRAGMENT_BYTES))
        .orElse(Long.MAX_VALUE);
  }

  @Override
  public void close() {
    form.destroy();
  }

  private Optional<FileUpload> file() {
    try {
      InterfaceHttpData part = form.getBodyHttpData(PART);
      return part instanceof FileUpload upload && upload.isCompleted()
          ? Optional.of(upload)
          : Optional.empty();
    } catch (RuntimeException cutOff) {
      return Optional.empty();
    }
  }
}
