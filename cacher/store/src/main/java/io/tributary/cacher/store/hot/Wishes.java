package io.tributary.cacher.store.hot;

import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoreException.Reason;
import io.tributary.content.FragmentHash;
import io.tributary.content.MalformedIdException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the operator wants of single fragments: to be kept for good, or never to be served.
 *
 * <p>The file has a line for each, {@code keep HASH} or {@code block HASH}. Unlike the rest of the
 * store it is no cache: one that cannot be understood keeps the store from opening. Thread-safe.
 */
final class Wishes {
  private static final String KEEP = "keep ";
  private static final String BLOCK = "block ";

  private final Path file;
  private final int max;
  private final Set<FragmentHash> kept = ConcurrentHashMap.newKeySet();
  private final Set<FragmentHash> blocked = ConcurrentHashMap.newKeySet();

  private Wishes(Path file, int max) {
    this.file = file;
    this.max = max;
  }

  static Wishes read(Path file, int max) throws StoreException {
    Wishes wishes = new Wishes(file, max);
    if (!Files.exists(file)) {
      return wishes;
    }
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        wishes.readLine(line, number);
      }
    } catch (IOException e) {
      throw new StoreException(Reason.IO_ERROR, "cannot read " + file + ": " + e, e);
    }
    return wishes;
  }

  private void readLine(String line, int number) throws StoreException {
    try {
      boolean isTaken;
      if (line.startsWith(KEEP)) {
        isTaken = add(kept, FragmentHash.parse(line.substring(KEEP.length())));
      } else if (line.startsWith(BLOCK)) {
        isTaken = add(blocked, FragmentHash.parse(line.substring(BLOCK.length())));
      } else {
        throw damaged(number, "a line is 'keep HASH' or 'block HASH'", null);
      }
      if (!isTaken) {
        throw damaged(number, "there may be " + max + " lines of a kind", null);
      }
    } catch (MalformedIdException e) {
      throw damaged(number, String.valueOf(e.getMessage()), e);
    }
  }

  private StoreException damaged(int number, String why, @Nullable Throwable cause) {
    String message = file + ", line " + number + ": " + why + "; mend or remove it";
    return cause == null
        ? new StoreException(Reason.DAMAGED, message)
        : new StoreException(Reason.DAMAGED, message, cause);
  }

  Set<FragmentHash> kept() {
    return Set.copyOf(kept);
  }

  boolean isBlocked(FragmentHash hash) {
    return !blocked.isEmpty() && blocked.contains(hash);
  }

  /** Adds a wish; false if there are too many. */
  boolean keep(FragmentHash hash) {
    return add(kept, hash);
  }

  /** Adds a wish; false if there are too many. */
  boolean block(FragmentHash hash) {
    return add(blocked, hash);
  }

  void unkeep(FragmentHash hash) {
    kept.remove(hash);
  }

  void unblock(FragmentHash hash) {
    blocked.remove(hash);
  }

  private boolean add(Set<FragmentHash> wishes, FragmentHash hash) {
    return wishes.contains(hash) || (wishes.size() < max && wishes.add(hash));
  }

  /** Writes the file so that there is always a whole one. */
  synchronized void write() throws IOException {
    List<String> lines = new ArrayList<>();
    kept.stream().sorted().forEach(hash -> lines.add(KEEP + hash));
    blocked.stream().sorted().forEach(hash -> lines.add(BLOCK + hash));
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, lines, StandardCharsets.US_ASCII);
    try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
