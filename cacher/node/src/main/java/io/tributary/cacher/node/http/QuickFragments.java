package io.tributary.cacher.node.http;

import io.netty.buffer.ByteBuf;
import io.tributary.cacher.node.catalog.Catalog;
import io.tributary.cacher.node.serve.CachedFragments;
import io.tributary.cacher.store.Pin;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.MalformedIdException;
import io.tributary.content.Manifest;
import io.tributary.exchange.FragmentName;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.nodekit.http.ByteSpan;
import io.tributary.nodekit.http.HeadWriter;
import io.tributary.nodekit.http.QuickAnswer;
import io.tributary.nodekit.http.QuickHandler;
import io.tributary.nodekit.http.QuickRequest;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The short cut of {@link FragmentPages}: a short range of a fragment that is here, of a file that
 * is known, for a client that needs no token. Thread-safe.
 */
final class QuickFragments implements QuickHandler {
  private static final String PREFIX = "/fragment/";
  private static final int FID_END = PREFIX.length() + Digest.HEX_CHARS;

  private static final byte[] RANGE =
      ascii("content-type: application/octet-stream\r\ncontent-range: bytes ");
  private static final byte[] TO = ascii("-");
  private static final byte[] TAG = ascii("/" + Layout.FRAGMENT_BYTES + "\r\netag: \"");
  private static final byte[] REST =
      ascii("\"\r\naccept-ranges: bytes\r\ncache-control: " + FragmentPages.FOR_EVER + "\r\n");

  private final Catalog catalog;
  private final CachedFragments fragments;
  private final List<IpPrefix> allowed;

  QuickFragments(Catalog catalog, CachedFragments fragments, List<IpPrefix> allowed) {
    this.catalog = catalog;
    this.fragments = fragments;
    this.allowed = allowed;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public Optional<QuickAnswer> handle(QuickRequest request) {
    ByteSpan range = request.range();
    if (range.lengthBytes() > QuickAnswer.MAX_BYTES
        || range.end() > Layout.FRAGMENT_BYTES
        || !isAllowed(request.remote().getAddress())) {
      return Optional.empty();
    }
    int bytes = (int) range.lengthBytes();
    return file(request.path())
        .flatMap(
            file -> name(request.path(), file).flatMap(name -> fragments.here(name, file, bytes)))
        .map(pin -> new Part(pin, range));
  }

  private boolean isAllowed(InetAddress client) {
    for (IpPrefix each : allowed) {
      if (each.contains(client)) {
        return true;
      }
    }
    return false;
  }

  private Optional<FileRecord> file(String path) {
    if (path.length() <= FID_END || !path.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      return catalog.known(Fid.parse(path.substring(PREFIX.length(), FID_END)));
    } catch (MalformedIdException e) {
      // The usual way says what is wrong with it.
      return Optional.empty();
    }
  }

  /** Reads {@code /SEGMENT/COLUMN} behind the fid. */
  private static Optional<FragmentName> name(String path, FileRecord file) {
    Manifest manifest = file.manifest();
    int slash = path.indexOf('/', FID_END + 1);
    if (path.charAt(FID_END) != '/' || slash < 0) {
      return Optional.empty();
    }
    int segment = number(path, FID_END + 1, slash);
    int column = number(path, slash + 1, path.length());
    return segment >= 0
            && segment < manifest.segments().size()
            && column >= 0
            && column < Layout.COLUMNS
        ? Optional.of(
            new FragmentName(manifest.fid(), segment, column, manifest.fragment(segment, column)))
        : Optional.empty();
  }

  private static int number(String text, int from, int to) {
    int value = to > from && to - from <= 4 ? 0 : -1;
    for (int i = from; i < to && value >= 0; i++) {
      int digit = text.charAt(i) - '0';
      value = digit >= 0 && digit <= 9 ? value * 10 + digit : -1;
    }
    return value;
  }

  private record Part(Pin pin, ByteSpan range) implements QuickAnswer {
    @Override
    public int lengthBytes() {
      return (int) range.lengthBytes();
    }

    @Override
    public void writeFields(HeadWriter out) {
      FragmentHash hash = pin.hash();
      out.ascii(RANGE)
          .number(range.first())
          .ascii(TO)
          .number(range.end() - 1)
          .ascii(TAG)
          .hex(hash.digest().word0())
          .hex(hash.digest().word1())
          .hex(hash.digest().word2())
          .hex(hash.digest().word3())
          .ascii(REST);
    }

    @Override
    public void writeContent(ByteBuf out) {
      ByteBuffer bytes = pin.bytes();
      out.writeBytes(bytes.limit((int) range.end()).position((int) range.first()));
    }

    @Override
    public void close() {
      pin.close();
    }
  }
}
