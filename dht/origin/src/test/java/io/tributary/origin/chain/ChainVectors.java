package io.tributary.origin.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord.Owner;
import io.tributary.content.FragmentHash;
import io.tributary.content.Manifest;
import io.tributary.content.SegmentHash;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The known answers made with Polkadot's libraries; see {@code src/test/vectors/chain}. */
public final class ChainVectors {
  private static final JsonNode ROOT = load();

  private ChainVectors() {}

  public static JsonNode root() {
    return ROOT;
  }

  public static byte[] bytes(String name) {
    return bytes(ROOT.get(name));
  }

  public static byte[] bytes(JsonNode hex) {
    return HexFormat.of().parseHex(hex.asText().substring(2));
  }

  public static AccountId account(JsonNode hex) {
    return AccountId.of(bytes(hex));
  }

  public static Fid fid() {
    return Fid.parse(ROOT.at("/content/fid").asText());
  }

  public static Manifest manifest() {
    List<Manifest.Segment> segments = new ArrayList<>();
    for (JsonNode segment : ROOT.at("/content/segments")) {
      List<FragmentHash> fragments = new ArrayList<>();
      segment.get("fragments").forEach(hash -> fragments.add(FragmentHash.parse(hash.asText())));
      segments.add(
          new Manifest.Segment(SegmentHash.parse(segment.get("hash").asText()), fragments));
    }
    return new Manifest(fid(), ROOT.at("/content/sizeBytes").asLong(), segments);
  }

  public static List<Owner> owners() {
    List<Owner> owners = new ArrayList<>();
    for (JsonNode owner : ROOT.at("/content/owners")) {
      owners.add(
          new Owner(
              account(owner.get("account")),
              owner.get("fileName").asText(),
              owner.get("territory").asText()));
    }
    return owners;
  }

  private static JsonNode load() {
    try (InputStream in = ChainVectors.class.getResourceAsStream("/vectors/chain.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
