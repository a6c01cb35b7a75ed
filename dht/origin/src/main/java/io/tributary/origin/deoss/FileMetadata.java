package io.tributary.origin.deoss;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.content.MalformedIdException;
import io.tributary.origin.identity.MalformedAddressException;
import io.tributary.origin.identity.Ss58Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a gateway knows of a file: a stranger's word, unlike the chain's.
 *
 * @param fid the file
 * @param sizeBytes its size without padding
 * @param owners who owns it, at most {@link #MAX_OWNERS}
 */
public record FileMetadata(Fid fid, long sizeBytes, List<Owner> owners) {
  /** The most owners the chain allows a file. */
  public static final int MAX_OWNERS = 50_000;

  private static final int MAX_NAME_CHARS = 255;

  /** Copies the list. */
  public FileMetadata {
    owners = List.copyOf(owners);
  }

  /**
   * An owner and what it calls the file.
   *
   * @param account the owner
   * @param fileName the file's name: untrusted text
   */
  public record Owner(AccountId account, String fileName) {}

  /** Reads the metadata object; empty if a field is missing or not as it must be. */
  static Optional<FileMetadata> of(JsonNode data) {
    JsonNode size = data.path("size");
    JsonNode owners = data.path("owner");
    if (!size.isIntegralNumber()
        || !size.canConvertToLong()
        || size.longValue() < 1
        || size.longValue() > Layout.MAX_FILE_BYTES
        || !owners.isArray()
        || owners.size() > MAX_OWNERS) {
      return Optional.empty();
    }
    try {
      Fid fid = Fid.parse(data.path("fid").asText(""));
      List<Owner> read = new ArrayList<>(owners.size());
      for (JsonNode owner : owners) {
        String name = owner.path("file_name").asText("");
        if (name.length() > MAX_NAME_CHARS) {
          return Optional.empty();
        }
        read.add(new Owner(Ss58Address.parse(owner.path("user").asText("")).account(), name));
      }
      return Optional.of(new FileMetadata(fid, size.longValue(), read));
    } catch (MalformedIdException | MalformedAddressException e) {
      return Optional.empty();
    }
  }
}
