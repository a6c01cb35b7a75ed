package io.tributary.origin.publish;

import io.tributary.content.EncodedSegment;
import io.tributary.content.Fid;
import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.SegmentSink;
import io.tributary.content.Segmenter;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.ChainSubmitter;
import io.tributary.origin.chain.Deal;
import io.tributary.origin.chain.FileAnswer;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.miner.FragmentSource;
import io.tributary.origin.miner.MinerClient;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.MalformedEndpointException;
import io.tributary.origin.upstream.RetryAdvice;
import io.tributary.origin.upstream.UpstreamException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/**
 * Takes a local file through the whole of CESS's upload: hash, declare, code, distribute, wait.
 *
 * <pre>{@code
 * read once    hash all segments and fragments          -> manifest and fid
 * chain        upload_declaration                       -> a deal
 * read again   code each segment, send column j to miner j, twelve at a time, noting what is stored
 * chain        wait for the miners' reports             -> Active
 * }</pre>
 *
 * <p>The file is read twice because the chain wants all hashes before any miner takes a fragment,
 * and keeping 96 MiB of fragments for each segment would bound the size of files. A publisher that
 * was killed does the first reading again, finds the deal and its {@link PublishJournal}, and sends
 * what is missing.
 *
 * <p>Publishes one file at a time; for use by one thread, which it blocks.
 */
public final class Publisher {
  private final ChainClient chain;
  private final ChainSubmitter account;
  private final ColumnMiners columnMiners;
  private final MinerClient minerClient;
  private final Segmenter segmenter;
  private final Path journals;
  private final PublishSettings settings;
  private final Pause pause;

  /**
   * Makes a publisher.
   *
   * @param account in whose name files are declared
   * @param columnMiners decides which miner keeps which column
   * @param segmenter codes and hashes; the publisher has it to itself
   * @param journals the directory for {@link PublishJournal}s
   */
  public Publisher(
      ChainClient chain,
      ChainSubmitter account,
      ColumnMiners columnMiners,
      MinerClient minerClient,
      Segmenter segmenter,
      Path journals,
      PublishSettings settings,
      Pause pause) {
    this.chain = chain;
    this.account = account;
    this.columnMiners = columnMiners;
    this.minerClient = minerClient;
    this.segmenter = segmenter;
    this.journals = journals;
    this.settings = settings;
    this.pause = pause;
  }

  /**
   * Publishes a file and waits until the chain calls it Active.
   *
   * <p>A file that the chain stores already is not sent; the account becomes one of its owners.
   *
   * @param fileName what the owner calls the file
   * @param territory the storage space it is booked on
   * @param rule how the file is named
   * @return what the chain stores
   * @throws IOException if the file cannot be read or the journal not be written
   * @throws PublishException if it cannot be published
   * @throws io.tributary.origin.chain.ChainException if the chain cannot be asked
   */
  public FileRecord publish(
      Path file, String fileName, String territory, FidRule rule, PublishListener listener)
      throws IOException {
    Manifest manifest =
        rename(
            read(file, segment -> listener.hashed(segment.index(), segment.contentBytes())), rule);
    listener.named(manifest);
    Fid fid = manifest.fid();
    FileRecord.Owner owner = new FileRecord.Owner(account.account(), fileName, territory);

    FileAnswer answer = ask(fid);
    if (answer instanceof FileAnswer.Stored stored) {
      return isOwned(stored) ? stored.file() : adopt(manifest, owner);
    }
    if (answer instanceof FileAnswer.Unknown) {
      await(account.submit(new Call.UploadDeclaration(manifest, owner)));
      answer =
          poll(
              fid,
              settings.declaration(),
              seen -> !(seen instanceof FileAnswer.Unknown),
              PublishException.Reason.DECLARATION_LOST,
              "the chain took the declaration and does not show it; publish again");
    }
    if (answer instanceof FileAnswer.Pending pending) {
      distribute(file, manifest, pending.deal(), listener);
    }
    FileAnswer.Stored stored = awaitActive(fid, listener);
    PublishJournal.delete(journals, fid);
    // The order may have been somebody else's, who published the same bytes at the same time.
    return isOwned(stored) ? stored.file() : adopt(manifest, owner);
  }

  private Manifest read(Path file, SegmentSink sink) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      return segmenter.segment(in, OptionalLong.of(Files.size(file)), sink);
    }
  }

  private static Manifest rename(Manifest manifest, FidRule rule) {
    return Manifest.of(rule, manifest.sizeBytes(), manifest.segments());
  }

  private boolean isOwned(FileAnswer.Stored stored) {
    return stored.file().owners().stream()
        .anyMatch(owner -> owner.account().equals(account.account()));
  }

  /** Makes the account an owner of a file that is stored already. */
  private FileRecord adopt(Manifest manifest, FileRecord.Owner owner) {
    await(account.submit(new Call.UploadDeclaration(manifest, owner)));
    FileAnswer answer =
        poll(
            manifest.fid(),
            settings.declaration(),
            seen -> seen instanceof FileAnswer.Stored stored && isOwned(stored),
            PublishException.Reason.DECLARATION_LOST,
            "the chain took the declaration and does not show the new owner; publish again");
    return ((FileAnswer.Stored) answer).file();
  }

  private void distribute(Path file, Manifest manifest, Deal deal, PublishListener listener)
      throws IOException {
    Fid fid = manifest.fid();
    try (PublishJournal journal = PublishJournal.open(journals, fid)) {
      Distribution distribution =
          new Distribution(manifest, deal, columnMiners.assign(fid), journal, listener);
      listener.declared(
          fid, distribution.storedCount(), manifest.segments().size() * Layout.COLUMNS);
      for (int pass = 0; !distribution.isComplete(); pass++) {
        if (pass == settings.passes()) {
          throw new PublishException(
              PublishException.Reason.MINER_FAILED,
              "storage miners kept failing; publish again to go on from here");
        }
        read(file, distribution::send);
      }
    }
  }

  private FileAnswer.Stored awaitActive(Fid fid, PublishListener listener) {
    FileAnswer answer =
        poll(
            fid,
            settings.activation(),
            seen -> {
              if (seen instanceof FileAnswer.Pending pending) {
                listener.reported(pending.deal().reports().size());
              }
              return seen instanceof FileAnswer.Stored;
            },
            PublishException.Reason.NOT_ACTIVE_IN_TIME,
            "all fragments are stored and the miners have not all reported it; publish again later"
                + " to go on waiting");
    listener.reported(Layout.COLUMNS);
    return (FileAnswer.Stored) answer;
  }

  private FileAnswer poll(
      Fid fid,
      Duration patience,
      Predicate<FileAnswer> enough,
      PublishException.Reason reason,
      String message) {
    long looks = Math.max(1, patience.dividedBy(settings.poll()));
    for (long look = 0; look < looks; look++) {
      FileAnswer answer = ask(fid);
      if (enough.test(answer)) {
        return answer;
      }
      pause(settings.poll());
    }
    throw new PublishException(reason, message);
  }

  private FileAnswer ask(Fid fid) {
    return await(chain.file(fid));
  }

  private void pause(Duration duration) {
    try {
      pause.pause(duration);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("a future failed in a way it does not promise", e);
    }
  }

  private static PublishException interrupted() {
    Thread.currentThread().interrupt();
    return new PublishException(
        PublishException.Reason.INTERRUPTED, "stopped; publish again to go on from here");
  }

  /** The sending of one file's fragments: who has what, and who was given up. */
  private final class Distribution {
    private final Manifest manifest;
    private final List<Miner> miners;
    private final Set<Miner> taken;
    private final Set<Integer> reported;
    private final PublishJournal journal;
    private final PublishListener listener;

    Distribution(
        Manifest manifest,
        Deal deal,
        List<Miner> miners,
        PublishJournal journal,
        PublishListener listener) {
      this.manifest = manifest;
      this.miners = new ArrayList<>(miners);
      this.taken = new HashSet<>(miners);
      this.reported = new HashSet<>();
      deal.reports().forEach(report -> reported.add(report.column()));
      this.journal = journal;
      this.listener = listener;
    }

    int storedCount() {
      int stored = 0;
      for (int segment = 0; segment < manifest.segments().size(); segment++) {
        for (int column = 0; column < Layout.COLUMNS; column++) {
          stored += isStored(segment, column) ? 1 : 0;
        }
      }
      return stored;
    }

    boolean isComplete() {
      return storedCount() == manifest.segments().size() * Layout.COLUMNS;
    }

    /** Sends what is missing of a segment, all columns side by side. */
    void send(EncodedSegment segment) throws IOException {
      int index = segment.index();
      if (index >= manifest.segments().size()
          || !segment.hashes().equals(manifest.segments().get(index))) {
        throw new PublishException(
            PublishException.Reason.FILE_CHANGED,
            "segment "
                + index
                + " of the file changed while it was being published; publish the new file");
      }
      Map<Integer, CompletableFuture<?>> sending = new HashMap<>();
      for (int column = 0; column < Layout.COLUMNS; column++) {
        if (!isStored(index, column)) {
          sending.put(column, put(segment, column));
        }
      }
      IOException journalFailure = null;
      RuntimeException failure = null;
      for (Map.Entry<Integer, CompletableFuture<?>> column : sending.entrySet()) {
        // All are waited for, whatever fails: the bytes are on loan until the last is done.
        try {
          finish(segment, column.getKey(), column.getValue());
        } catch (IOException e) {
          journalFailure = e;
        } catch (RuntimeException e) {
          failure = e;
          if (Thread.currentThread().isInterrupted()) {
            sending.values().forEach(future -> future.cancel(true));
          }
        }
      }
      if (journalFailure != null) {
        throw journalFailure;
      }
      if (failure != null) {
        throw failure;
      }
    }

    private boolean isStored(int segment, int column) {
      return reported.contains(column)
          || journal.isStored(segment, column, miners.get(column).account());
    }

    private CompletableFuture<?> put(EncodedSegment segment, int column) {
      try {
        return minerClient.store(
            new FragmentSource(
                Endpoint.parse(miners.get(column).endpoint()),
                manifest.fid(),
                segment.hashes().fragment(column)),
            segment.fragment(column));
      } catch (MalformedEndpointException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private void finish(EncodedSegment segment, int column, CompletableFuture<?> first)
        throws IOException {
      Miner miner = miners.get(column);
      CompletableFuture<?> attempt = first;
      for (int attempts = 1; ; attempts++) {
        try {
          await(attempt);
          journal.add(segment.index(), column, miner.account());
          listener.stored(segment.index(), column, miner);
          return;
        } catch (MalformedEndpointException e) {
          giveUp(column, miner, e);
          return;
        } catch (UpstreamException e) {
          boolean worthWaiting = e.advice() == RetryAdvice.LATER || e.advice() == RetryAdvice.NOW;
          if (!worthWaiting || attempts == settings.attemptsPerFragment()) {
            giveUp(column, miner, e);
            return;
          }
          pause(settings.poll());
          attempt = put(segment, column);
        }
      }
    }

    private void giveUp(int column, Miner miner, RuntimeException why) {
      Optional<Miner> replacement = columnMiners.replace(manifest.fid(), column, Set.copyOf(taken));
      if (replacement.isEmpty()) {
        throw new PublishException(
            PublishException.Reason.MINER_FAILED,
            "the storage miner of column "
                + column
                + " failed and no other is free: "
                + why.getMessage()
                + "; publish again when it is back, what is stored is not sent twice",
            why);
      }
      miners.set(column, replacement.get());
      taken.add(replacement.get());
      listener.replaced(column, miner, replacement.get(), why);
    }
  }
}
