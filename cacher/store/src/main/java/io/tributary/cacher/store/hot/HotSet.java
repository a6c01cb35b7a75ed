package io.tributary.cacher.store.hot;

import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The file that carries the standing of fragments over a restart.
 *
 * <pre>{@code
 * | "TRIBHOT1" | count, 4 | count x (hash, 32 | uses, 1), cold to hot | CRC-32C, 4 |   big-endian
 * }</pre>
 *
 * <p>It is a hint: who cannot read it starts without one.
 */
public final class HotSet {
  private static final long MAGIC = 0x5452_4942_484f_5431L;
  private static final int HEAD_BYTES = 12;
  private static final int CRC_BYTES = 4;
  private static final int STANDING_BYTES = Digest.BYTES + 1;

  /** The most standings in a file, some 16 TiB of fragments. */
  public static final int MAX_COUNT = 1 << 21;

  private HotSet() {}

  /**
   * How often a fragment was used, as far as that is remembered.
   *
   * @param hash the fragment
   * @param uses 0 to {@link Admission#MAX_USES}
   */
  public record Standing(FragmentHash hash, int uses) {}

  /** Returns the bytes of a file; the hottest are kept if there are too many. */
  public static ByteBuffer encode(List<Standing> coldToHot) {
    List<Standing> kept =
        coldToHot.subList(Math.max(0, coldToHot.size() - MAX_COUNT), coldToHot.size());
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + kept.size() * STANDING_BYTES + CRC_BYTES);
    out.putLong(MAGIC).putInt(kept.size());
    for (Standing standing : kept) {
      out.put(standing.hash().digest().toBytes()).put((byte) standing.uses());
    }
    CRC32C crc = new CRC32C();
    crc.update(out.duplicate().flip());
    return out.putInt((int) crc.getValue()).flip();
  }

  /** Reads the bytes of a file; nothing if they are not exactly one. */
  public static Optional<List<Standing>> decode(ByteBuffer in) {
    int bytes = in.remaining();
    if (bytes < HEAD_BYTES + CRC_BYTES) {
      return Optional.empty();
    }
    CRC32C crc = new CRC32C();
    crc.update(in.duplicate().limit(in.limit() - CRC_BYTES));
    boolean isMine = in.getInt(in.limit() - CRC_BYTES) == (int) crc.getValue();
    if (!isMine || in.getLong() != MAGIC) {
      return Optional.empty();
    }
    int count = in.getInt();
    if (count < 0
        || count > MAX_COUNT
        || bytes != HEAD_BYTES + (long) count * STANDING_BYTES + CRC_BYTES) {
      return Optional.empty();
    }
    List<Standing> standings = new ArrayList<>(count);
    byte[] hash = new byte[Digest.BYTES];
    for (int i = 0; i < count; i++) {
      in.get(hash);
      int uses = in.get();
      if (uses < 0 || uses > Admission.MAX_USES) {
        return Optional.empty();
      }
      standings.add(new Standing(new FragmentHash(Digest.of(hash)), uses));
    }
    return Optional.of(standings);
  }

  /** Writes a file so that there is always a whole one. */
  static void write(Path file, List<Standing> coldToHot) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    ByteBuffer bytes = encode(coldToHot);
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Reads a file; nothing if there is none or it cannot be understood. */
  static Optional<List<Standing>> read(Path file) throws IOException {
    long most = HEAD_BYTES + (long) MAX_COUNT * STANDING_BYTES + CRC_BYTES;
    if (!Files.exists(file) || Files.size(file) > most) {
      return Optional.empty();
    }
    return decode(ByteBuffer.wrap(Files.readAllBytes(file)));
  }
}
