package io.tributary.cacher.node.region;

import io.tributary.region.record.SignedRecord;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the members that were known last, so that a restart is no cold join: one signed
 * record in base64 on each line.
 *
 * @param file the file
 */
record KnownMembers(Path file) {
  private static final Logger log = LoggerFactory.getLogger(KnownMembers.class);
  private static final int MAX_MEMBERS = 16_384;

  /** Reads it; what cannot be read or carries no right signature is left out. */
  List<SignedRecord> read() throws IOException {
    List<SignedRecord> known = new ArrayList<>();
    if (Files.exists(file)) {
      try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
        for (String line = lines.readLine();
            line != null && known.size() < MAX_MEMBERS;
            line = lines.readLine()) {
          try {
            known.add(SignedRecord.open(Base64.getDecoder().decode(line)));
          } catch (IllegalArgumentException e) {
            log.debug("a line of {} is no member", file, e);
          }
        }
      }
    }
    return known;
  }

  /** Replaces it. */
  void write(List<SignedRecord> members) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    try (BufferedWriter out = Files.newBufferedWriter(unfinished, StandardCharsets.US_ASCII)) {
      for (SignedRecord member : members) {
        out.write(Base64.getEncoder().encodeToString(member.toBytes()));
        out.write('\n');
      }
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
