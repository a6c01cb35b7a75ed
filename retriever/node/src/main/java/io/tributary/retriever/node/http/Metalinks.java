package io.tributary.retriever.node.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.content.ByteRange;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import io.tributary.retriever.engine.Engine;
import io.tributary.retriever.engine.FileView;
import io.tributary.retriever.engine.ReadOptions;
import io.tributary.retriever.engine.VerifiedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Metalinks (RFC 5854) of files: with the hashes of their pieces, stock clients download from
 * several retrievers at once and notice which of them lies.
 *
 * <p>Pieces are segments, so all hashes but the last are on the chain. The last segment is padded
 * there; the hash of its content is computed here, once, from verified bytes. Thread-safe.
 */
final class Metalinks {
  /** How many files' last hashes are remembered. */
  static final int MAX_REMEMBERED = 4096;

  /**
   * How many hashes are computed at a time: each reads up to a segment for a request that costs its
   * sender nothing.
   */
  static final int MAX_AT_ONCE = 4;

  private static final int READ_BYTES = 64 * 1024;

  private final Engine engine;
  private final ReadOptions options;
  private final Executor blocking;
  private final Semaphore turns = new Semaphore(MAX_AT_ONCE);
  private final Cache<Fid, CompletableFuture<Digest>> lastPieces =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).executor(Runnable::run).build();

  Metalinks(Engine engine, ReadOptions options, Executor blocking) {
    this.engine = engine;
    this.options = options;
    this.blocking = blocking;
  }

  /**
   * Returns the hash of a file's last piece if it is known; else begins to compute it, or leaves
   * that to a later question if enough is computed already.
   *
   * @throws RuntimeException what went wrong the last time, which is then forgotten
   */
  Optional<Digest> lastPiece(FileView file) {
    List<SegmentHash> segments = file.manifest().segmentHashes();
    if (file.storedBytes() % Layout.SEGMENT_BYTES == 0) {
      return Optional.of(segments.get(segments.size() - 1).digest());
    }
    Optional<CompletableFuture<Digest>> begun =
        Optional.ofNullable(lastPieces.get(file.fid(), fid -> begin(file)));
    if (begun.isEmpty() || !begun.get().isDone()) {
      return Optional.empty();
    }
    if (begun.get().isCompletedExceptionally()) {
      lastPieces.asMap().remove(file.fid(), begun.get());
    }
    return Optional.of(begun.get().join());
  }

  /** Begins to compute a hash, or does nothing if it is not its turn. */
  private @Nullable CompletableFuture<Digest> begin(FileView file) {
    if (!turns.tryAcquire()) {
      return null;
    }
    boolean isBegun = false;
    try {
      CompletableFuture<Digest> hash = CompletableFuture.supplyAsync(() -> hash(file), blocking);
      isBegun = true;
      return hash.whenComplete((digest, failure) -> turns.release());
    } finally {
      if (!isBegun) {
        turns.release();
      }
    }
  }

  private Digest hash(FileView file) {
    long start = (file.storedBytes() - 1) / Layout.SEGMENT_BYTES * Layout.SEGMENT_BYTES;
    MessageDigest digest = Sha256.newDigest();
    byte[] buffer = new byte[READ_BYTES];
    ByteRange range = ByteRange.between(start, file.storedBytes());
    try (InputStream in = new VerifiedInputStream(engine.read(file, range, options))) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new UncheckedIOException(e);
    }
    return Digest.of(digest.digest());
  }

  /** Returns the document. */
  static byte[] document(FileView file, Digest lastPiece, String name, List<URI> urls) {
    List<SegmentHash> segments = file.manifest().segmentHashes();
    StringBuilder xml = new StringBuilder();
    xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.append("<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">\n");
    xml.append("  <file name=\"").append(escaped(name)).append("\">\n");
    xml.append("    <size>").append(file.storedBytes()).append("</size>\n");
    xml.append("    <pieces length=\"").append(Layout.SEGMENT_BYTES);
    xml.append("\" type=\"sha-256\">\n");
    for (SegmentHash hash : segments.subList(0, segments.size() - 1)) {
      xml.append("      <hash>").append(hash.toHex()).append("</hash>\n");
    }
    xml.append("      <hash>").append(lastPiece.toHex()).append("</hash>\n    </pieces>\n");
    for (int i = 0; i < urls.size(); i++) {
      xml.append("    <url priority=\"").append(i + 1).append("\">");
      xml.append(escaped(urls.get(i).toString())).append("</url>\n");
    }
    xml.append("  </file>\n</metalink>\n");
    return xml.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
