package io.tributary.bench.cacher;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.FileState;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.MalformedIdException;
import io.tributary.content.Manifest;
import io.tributary.content.Placement;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What is served: fragments of random bytes, stretches of them as small objects, and a certificate.
 *
 * <pre>{@code
 * www/f/0 ... 63      fragments: to a cacher, the data columns of a file of 16 segments
 * www/s/0 ... 1023    16 stretches of 4 KiB from each, 448 KiB apart
 * names               the file's fid, then the fragments' hashes
 * certificate, key    PEM
 * }</pre>
 */
final class Corpus {
  static final int FRAGMENTS = 64;
  static final int SMALL = 1024;
  static final int SMALL_BYTES = 4096;

  /** Room for all fragments and what a store keeps free. */
  static final long STORE_BYTES = 1L << 30;

  private static final int PER_FRAGMENT = SMALL / FRAGMENTS;
  private static final int CERTIFICATE_SECONDS = 30;

  /** All offsets have as many digits, so that the heads of answers are of one length. */
  private static final int FIRST_OFFSET = 1 << 20;

  private final Path directory;
  private final List<FragmentHash> hashes;

  /** Those that were made in a directory. */
  Corpus(Path directory) throws IOException {
    this.directory = directory;
    List<FragmentHash> read = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(names(directory));
      for (String line : lines.subList(1, lines.size())) {
        read.add(FragmentHash.parse(line));
      }
    } catch (MalformedIdException e) {
      throw new IOException("no objects in " + directory, e);
    }
    this.hashes = List.copyOf(read);
  }

  /** Makes them. */
  static Corpus make(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve("www/f"));
    Files.createDirectories(directory.resolve("www/s"));
    List<FragmentHash> hashes = new ArrayList<>();
    byte[] bytes = new byte[Layout.FRAGMENT_BYTES];
    for (int number = 0; number < FRAGMENTS; number++) {
      new SplittableRandom(number).nextBytes(bytes);
      hashes.add(new FragmentHash(Sha256.of(bytes)));
      Files.write(directory.resolve("www/f/" + number), bytes);
      for (int part = 0; part < PER_FRAGMENT; part++) {
        int at = offset(part);
        Files.write(
            directory.resolve("www/s/" + (number * PER_FRAGMENT + part)),
            java.util.Arrays.copyOfRange(bytes, at, at + SMALL_BYTES));
      }
    }
    List<String> names = new ArrayList<>();
    names.add(manifest(hashes).fid().toHex());
    hashes.forEach(hash -> names.add(hash.toHex()));
    Files.write(names(directory), names);
    certify(directory);
    return new Corpus(directory);
  }

  private static void certify(Path directory) throws IOException, InterruptedException {
    Process openssl =
        new ProcessBuilder(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                    .concat(" -subj /CN=localhost -addext subjectAltName=DNS:localhost")
                    .concat(" -keyout key -out certificate")
                    .split(" ", -1))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!openssl.waitFor(CERTIFICATE_SECONDS, TimeUnit.SECONDS) || openssl.exitValue() != 0) {
      openssl.destroyForcibly();
      throw new IOException("openssl made no certificate");
    }
  }

  private static Manifest manifest(List<FragmentHash> hashes) {
    List<Manifest.Segment> segments = new ArrayList<>();
    for (int first = 0; first < hashes.size(); first += Layout.DATA_COLUMNS) {
      List<FragmentHash> columns =
          new ArrayList<>(hashes.subList(first, first + Layout.DATA_COLUMNS));
      columns.addAll(Collections.nCopies(Layout.COLUMNS - Layout.DATA_COLUMNS, FragmentHash.ZERO));
      segments.add(new Manifest.Segment(new SegmentHash(new Digest(first, 0, 0, 1)), columns));
    }
    return Manifest.of(FidRule.MERKLE, (long) segments.size() * Layout.SEGMENT_BYTES, segments);
  }

  /** What the chain says of the file. */
  FileRecord file() {
    Manifest manifest = manifest(hashes);
    AccountId nobody = AccountId.of(new byte[AccountId.BYTES]);
    return new FileRecord(
        manifest,
        new Placement(
            Collections.nCopies(
                manifest.segments().size(),
                Collections.nCopies(Layout.COLUMNS, new Placement.Seat(nobody, true)))),
        FileState.ACTIVE,
        List.of(new FileRecord.Owner(nobody, "bench", "bench")));
  }

  List<FragmentHash> hashes() {
    return hashes;
  }

  Path fragment(int number) {
    return directory.resolve("www/f/" + number);
  }

  Path root() {
    return directory.resolve("www");
  }

  Path names() {
    return names(directory);
  }

  private static Path names(Path directory) {
    return directory.resolve("names");
  }

  Path certificate() {
    return directory.resolve("certificate");
  }

  Path key() {
    return directory.resolve("key");
  }

  /** Writes what is asked of a server of plain files; returns the file. */
  Path filesAsked(boolean isSmall) throws IOException {
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < (isSmall ? SMALL : FRAGMENTS); i++) {
      targets.add((isSmall ? "/s/" : "/f/") + i);
    }
    return Files.write(directory.resolve("files-" + isSmall), targets);
  }

  /** Writes what is asked of a cacher; returns the file. */
  Path fragmentsAsked(boolean isSmall) throws IOException {
    String fid = file().manifest().fid().toHex();
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < (isSmall ? SMALL : FRAGMENTS); i++) {
      int number = isSmall ? i / PER_FRAGMENT : i;
      String target =
          "/fragment/%s/%d/%d"
              .formatted(fid, number / Layout.DATA_COLUMNS, number % Layout.DATA_COLUMNS);
      int at = offset(i % PER_FRAGMENT);
      targets.add(isSmall ? target + " " + at + "-" + (at + SMALL_BYTES - 1) : target);
    }
    return Files.write(directory.resolve("fragments-" + isSmall), targets);
  }

  private static int offset(int part) {
    return FIRST_OFFSET + part * ((Layout.FRAGMENT_BYTES - FIRST_OFFSET) / PER_FRAGMENT);
  }
}
