package io.tributary.cacher.store.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The power to give stretches of a file new pages of memory, so that whoever still refers to the
 * old ones keeps them as they are. Thread-safe.
 */
final class FreshPages implements AutoCloseable {
  /*
   * WHY A FILE'S PAGES CANNOT JUST BE WRITTEN AGAIN
   *
   * sendfile puts references to the pages of the file into the socket's queue and returns. Nothing
   * tells when the last of them is gone: not the return, nor the peer's acknowledgment, since on
   * loopback and between containers the receiver's queue holds the same pages until they are read.
   * Who writes other bytes to such a page sends other bytes than he was asked for.
   *
   * The kernel counts who refers to a page. FALLOC_FL_ZERO_RANGE takes the pages of a stretch out
   * of the file, which keeps its blocks on the disk, and what is written next goes to new pages;
   * the old ones live on, unchanged, for as long as a socket refers to them. So pages that may have
   * been sent are renewed before they are written again, and nobody has to know when they arrived.
   *
   * There is one trap: a file's pages come in folios of up to the size of a huge page, each at a
   * multiple of its size. Of a folio that lies only partly in the stretch the kernel zeroes that
   * part in place, under the eyes of a socket. Hence the grain: only stretches that start and end
   * at multiples of the largest folio are renewed, and only those may be sent by reference.
   *
   * All this is the kernel's and the file system's to do, so it is tried out in the store's own
   * directory, with a pipe in the place of a socket. Where it does not work, or where the kernel
   * copies and nothing can be told from the trial, bytes are copied into sockets as ever.
   */

  private static final Logger LOG = LoggerFactory.getLogger(FreshPages.class);

  private static final Path LARGEST_FOLIO =
      Path.of("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size");

  /** More than this is no folio of any processor that fragments of some MiB gain from. */
  private static final long MAX_GRAIN_BYTES = 4L << 20;

  private static final int TRIED_BYTES = 4096;

  private final KernelFile file;
  private final long grainBytes;

  private FreshPages(KernelFile file, long grainBytes) {
    this.file = file;
    this.grainBytes = grainBytes;
  }

  /**
   * Returns this power over a file, if there is one here.
   *
   * @param geometry how the file is cut; if fragments have no whole grain, or take several chunks,
   *     nothing is tried
   */
  static Optional<FreshPages> of(Path file, Geometry geometry) {
    try {
      if (!Files.isReadable(LARGEST_FOLIO)) {
        return Optional.empty();
      }
      long grain = Long.parseLong(Files.readString(LARGEST_FOLIO).strip());
      if (grain < Geometry.PAGE_BYTES
          || grain > MAX_GRAIN_BYTES
          || geometry.maxLength() < 2 * grain
          || geometry.chunksFor(geometry.maxLength()) > 1) {
        return Optional.empty();
      }
      Path trial = file.resolveSibling(file.getFileName() + ".trial");
      boolean works;
      try {
        works = works(trial, grain);
      } finally {
        Files.deleteIfExists(trial);
      }
      return works ? Optional.of(new FreshPages(new KernelFile(file), grain)) : Optional.empty();
    } catch (IOException | NumberFormatException | LinkageError e) {
      LOG.debug("the pages of {} cannot be renewed, so they are not sent by reference", file, e);
      return Optional.empty();
    }
  }

  /** Has a pipe refer to a page, writes to the file, and looks what comes out of the pipe. */
  private static boolean works(Path trial, long grain) throws IOException {
    Pipe pipe = Pipe.open();
    try (Pipe.SinkChannel sink = pipe.sink();
        Pipe.SourceChannel source = pipe.source();
        FileChannel channel =
            FileChannel.open(
                trial,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      try (KernelFile opened = new KernelFile(trial)) {
        // Before anything is written: a write to a hole on a full disk would end the JVM.
        opened.allocate(0, grain);
        MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, grain);
        bytes.put(0, (byte) 1);
        if (!refer(channel, sink)) {
          return false;
        }
        bytes.put(0, (byte) 2);
        boolean isByReference = firstByteOf(source) == 2;
        if (!isByReference || !refer(channel, sink)) {
          return false;
        }
        opened.zero(0, grain);
        bytes.put(0, (byte) 3);
        return firstByteOf(source) == 2 && bytes.get(0) == 3;
      }
    }
  }

  private static boolean refer(FileChannel channel, Pipe.SinkChannel sink) throws IOException {
    return channel.transferTo(0, TRIED_BYTES, sink) == TRIED_BYTES;
  }

  private static int firstByteOf(Pipe.SourceChannel source) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(TRIED_BYTES);
    while (read.hasRemaining() && source.read(read) >= 0) {
      // The pipe may yield it in pieces.
    }
    return read.get(0);
  }

  /** Returns where the first whole grain of a stretch starts. */
  long first(long position) {
    return Math.floorDiv(position + grainBytes - 1, grainBytes) * grainBytes;
  }

  /** Returns where the last whole grain of a stretch ends, which may be before its first. */
  long end(long position, long bytes) {
    return Math.floorDiv(position + bytes, grainBytes) * grainBytes;
  }

  /** Gives the whole grains of a stretch new pages; their bytes are lost. */
  void renew(long position, long bytes) throws IOException {
    long first = first(position);
    long end = end(position, bytes);
    if (end > first) {
      file.zero(first, end - first);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
