package io.tributary.launcher;

import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import io.tributary.content.erasure.Columns;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.miner.FragmentSource;
import io.tributary.origin.miner.MinerClient;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.UpstreamException;
import io.tributary.origin.upstream.UpstreamReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Restores a file from its storage miners directly, as the demo needs it until there is a
 * retriever.
 *
 * <p>Segment by segment: the four data columns are asked for; each that fails is replaced by the
 * next column not yet asked. Miners that failed are asked last from then on. Every fragment is
 * checked by the client, every segment here.
 */
final class MinerRestore {
  private final ChainClient chain;
  private final MinerClient miners;
  private final ErasureCode code = ErasureCode.best();
  private final ByteBuffer[] columns = new ByteBuffer[Layout.COLUMNS];
  private final Set<Integer> failedColumns = new HashSet<>();
  private final Map<UpstreamReason, Integer> failures = new EnumMap<>(UpstreamReason.class);
  private int fragmentsFetched;
  private int columnsDecoded;

  MinerRestore(ChainClient chain, MinerClient miners) {
    this.chain = chain;
    this.miners = miners;
    Arrays.setAll(columns, column -> ByteBuffer.allocate(Layout.FRAGMENT_BYTES));
  }

  /** Returns how many fragments arrived whole and right. */
  int fragmentsFetched() {
    return fragmentsFetched;
  }

  /** Returns how many data columns were decoded from others. */
  int columnsDecoded() {
    return columnsDecoded;
  }

  /** Returns why miners failed, and how often. */
  Map<UpstreamReason, Integer> failures() {
    return failures;
  }

  /** Writes the file to a channel. */
  void restore(FileRecord file, WritableByteChannel out) throws IOException {
    Manifest manifest = file.manifest();
    Map<Integer, Endpoint> endpoints = endpoints(file);
    long left = manifest.sizeBytes();
    for (Manifest.Segment segment : manifest.segments()) {
      restore(manifest.fid(), segment, endpoints);
      for (int column = 0; column < Layout.DATA_COLUMNS && left > 0; column++) {
        ByteBuffer bytes = columns[column].duplicate().clear();
        bytes.limit((int) Math.min(left, Layout.FRAGMENT_BYTES));
        left -= bytes.remaining();
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
    }
  }

  private Map<Integer, Endpoint> endpoints(FileRecord file) {
    Map<Integer, Endpoint> endpoints = new HashMap<>();
    for (int column = 0; column < Layout.COLUMNS; column++) {
      chain
          .miner(file.placement().seat(0, column).miner())
          .join()
          .map(Miner::endpoint)
          .map(Endpoint::parse)
          .ifPresent(put(endpoints, column));
    }
    return endpoints;
  }

  private static Consumer<Endpoint> put(Map<Integer, Endpoint> endpoints, int column) {
    return endpoint -> endpoints.put(column, endpoint);
  }

  private void restore(Fid fid, Manifest.Segment segment, Map<Integer, Endpoint> endpoints) {
    Set<Integer> present = new HashSet<>();
    Set<Integer> asked = new HashSet<>();
    while (present.size() < Layout.DATA_COLUMNS) {
      Map<Integer, CompletableFuture<?>> fetches = new HashMap<>();
      while (present.size() + fetches.size() < Layout.DATA_COLUMNS) {
        int column = nextColumn(asked);
        if (column < 0) {
          throw new CommandFailure(
              ExitCode.UNREACHABLE,
              "segment " + segment.hash() + ": only " + present.size() + " of 4 fragments arrived");
        }
        asked.add(column);
        if (endpoints.containsKey(column)) {
          fetches.put(column, fetch(fid, segment.fragment(column), column, endpoints.get(column)));
        }
      }
      fetches.forEach((column, fetch) -> take(column, fetch, present));
    }
    decode(present);
    check(segment.hash());
  }

  private CompletableFuture<?> fetch(Fid fid, FragmentHash hash, int column, Endpoint endpoint) {
    return miners.fetch(new FragmentSource(endpoint, fid, hash), columns[column].clear());
  }

  private int nextColumn(Set<Integer> asked) {
    for (boolean lastResort : new boolean[] {false, true}) {
      for (int column = 0; column < Layout.COLUMNS; column++) {
        if (!asked.contains(column) && (lastResort || !failedColumns.contains(column))) {
          return column;
        }
      }
    }
    return -1;
  }

  private void take(int column, CompletableFuture<?> fetch, Set<Integer> present) {
    try {
      fetch.join();
      present.add(column);
      fragmentsFetched++;
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof UpstreamException failure)) {
        throw e;
      }
      failures.merge(failure.reason(), 1, Integer::sum);
      failedColumns.add(column);
    }
  }

  private void decode(Set<Integer> present) {
    Columns have = Columns.NONE;
    Columns want = Columns.NONE;
    for (int column = 0; column < Layout.COLUMNS; column++) {
      if (present.contains(column)) {
        have = have.with(Columns.of(column));
      } else if (column < Layout.DATA_COLUMNS) {
        want = want.with(Columns.of(column));
      }
      columns[column].clear();
    }
    if (want.count() > 0) {
      code.reconstruct(columns, have, want);
      columnsDecoded += want.count();
    }
  }

  private void check(SegmentHash expected) {
    MessageDigest sha256 = Sha256.newDigest();
    for (int column = 0; column < Layout.DATA_COLUMNS; column++) {
      sha256.update(columns[column].duplicate().clear());
    }
    if (!Digest.of(sha256.digest()).equals(expected.digest())) {
      throw new CommandFailure(ExitCode.INTEGRITY, "segment " + expected + " was restored wrongly");
    }
  }
}
