package io.tributary.cacher.node.serve;

import io.tributary.cacher.node.CacherLog;
import io.tributary.cacher.node.catalog.Catalog;
import io.tributary.cacher.node.catalog.Listing;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.MalformedIdException;
import io.tributary.exchange.FragmentName;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which files the stored fragments were stored for, so that those of files that were deleted on the
 * chain can be purged. As large as the store holds fragments. Thread-safe.
 *
 * <pre>
 * files:  FID HASH        one line each, hexadecimal; written anew each time
 * </pre>
 *
 * <p>After a crash the newest fragments may be missing in it: they stay until they are evicted, or
 * asked for again.
 */
public final class Provenance {
  private static final Logger log = LoggerFactory.getLogger("cacher.node");
  private static final int LINE_CHARS = 129;

  private final Path file;
  private final HotFragments hot;
  private final Map<Fid, Set<FragmentHash>> files = new ConcurrentHashMap<>();

  /** Takes up what a file tells; a damaged line is left out. */
  public Provenance(Path file, HotFragments hot) throws IOException {
    this.file = file;
    this.hot = hot;
    if (Files.exists(file)) {
      read();
    }
  }

  private void read() throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.length() == LINE_CHARS) {
          try {
            add(Fid.parse(line.substring(0, 64)), FragmentHash.parse(line.substring(65)));
          } catch (MalformedIdException e) {
            log.debug("a line of {} makes no sense", file, e);
          }
        }
      }
    }
  }

  private void add(Fid fid, FragmentHash hash) {
    files.computeIfAbsent(fid, each -> ConcurrentHashMap.newKeySet()).add(hash);
  }

  /** A fragment was stored for a file that has it, by the chain. */
  public void onStored(FragmentName name) {
    add(name.fid(), name.hash());
  }

  /** How many files there are. */
  public int size() {
    return files.size();
  }

  /**
   * Asks the chain for all files, one after the other, and purges the fragments of those that it
   * lists no more.
   *
   * @return how many fragments were purged, when all have been asked for
   */
  public CompletableFuture<Integer> purge(Catalog catalog) {
    forgetEvicted();
    AtomicInteger purged = new AtomicInteger();
    CompletableFuture<Void> asked = CompletableFuture.completedFuture(null);
    for (Fid fid : List.copyOf(files.keySet())) {
      asked =
          asked
              .thenCompose(previous -> catalog.ask(fid))
              .thenAccept(
                  listing -> {
                    if (listing instanceof Listing.Unlisted) {
                      purged.addAndGet(purge(fid));
                    }
                  });
    }
    return asked.thenApply(all -> purged.get());
  }

  private int purge(Fid fid) {
    int purged = 0;
    Set<FragmentHash> gone = files.remove(fid);
    for (FragmentHash hash : gone == null ? Set.<FragmentHash>of() : gone) {
      boolean isElsewhere = files.values().stream().anyMatch(each -> each.contains(hash));
      if (!isElsewhere && hot.purge(hash)) {
        purged++;
      }
    }
    if (purged > 0) {
      CacherLog.deletedOnChain(fid, purged);
    }
    return purged;
  }

  private void forgetEvicted() {
    for (Fid fid : List.copyOf(files.keySet())) {
      files.computeIfPresent(
          fid,
          (each, hashes) -> {
            hashes.removeIf(hash -> !hot.contains(hash));
            return hashes.isEmpty() ? null : hashes;
          });
    }
  }

  /** Writes it down. */
  public void save() throws IOException {
    List<String> lines = new ArrayList<>();
    files.forEach((fid, hashes) -> hashes.forEach(hash -> lines.add(fid + " " + hash)));
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    try (BufferedWriter out = Files.newBufferedWriter(unfinished, StandardCharsets.US_ASCII)) {
      for (String line : lines) {
        out.write(line);
        out.write('\n');
      }
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
