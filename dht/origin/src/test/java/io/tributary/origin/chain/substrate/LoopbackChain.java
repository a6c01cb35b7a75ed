package io.tributary.origin.chain.substrate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.content.Digest;
import io.tributary.content.Sha256;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.chain.extrinsic.ExtrinsicCodec;
import io.tributary.origin.chain.rpc.Reply;
import io.tributary.origin.chain.storage.StorageKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A chain of one block whose records and answers a test chooses; spoken to through a node. */
final class LoopbackChain implements Function<JsonNode, Reply> {
  static final BlockHash GENESIS = new BlockHash(digest("genesis"));
  static final BlockHash HEAD = new BlockHash(digest("head"));

  final NavigableMap<String, String> records = new TreeMap<>();
  final List<byte[]> submitted = new CopyOnWriteArrayList<>();
  volatile boolean answersForAPage = true;
  volatile BlockHash genesis = GENESIS;

  /** Answers a request otherwise than the chain would. */
  volatile Function<JsonNode, Optional<Reply>> twist = request -> Optional.empty();

  private static Digest digest(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  LoopbackChain put(StorageKey key, byte[] record) {
    records.put(key.toHex(), "0x" + HexFormat.of().formatHex(record));
    return this;
  }

  @Override
  public Reply apply(JsonNode request) {
    return twist.apply(request).orElseGet(() -> answer(request));
  }

  private Reply answer(JsonNode request) {
    JsonNode params = request.get("params");
    return switch (request.get("method").asText()) {
      case "chain_getFinalizedHead" -> Reply.result(request, quoted(HEAD.toHex()));
      case "chain_getHeader" ->
          isHead(params.get(0))
              ? Reply.result(request, "{\"number\":\"0x1a2b\",\"parentHash\":\"0x\"}")
              : Reply.result(request, "null");
      case "state_getStorage" ->
          isHead(params.get(1))
              ? Reply.result(request, value(params.get(0).asText()))
              : unknownBlock(request);
      case "state_getKeysPaged" ->
          isHead(params.get(3)) ? Reply.result(request, keys(params)) : unknownBlock(request);
      case "state_queryStorageAt" -> values(request, params);
      case "system_accountNextIndex" ->
          Reply.result(request, String.valueOf(40 + submitted.size()));
      case "state_getRuntimeVersion" ->
          Reply.result(request, "{\"specVersion\":133,\"transactionVersion\":1}");
      case "chain_getBlockHash" -> Reply.result(request, quoted(genesis.toHex()));
      case "author_submitExtrinsic" -> submit(request, params);
      default -> Reply.error(request, -32601, "Method not found", "");
    };
  }

  private Reply submit(JsonNode request, JsonNode params) {
    byte[] extrinsic = HexFormat.of().parseHex(params.get(0).asText().substring(2));
    submitted.add(extrinsic);
    return Reply.result(request, quoted(ExtrinsicCodec.hash(extrinsic).toHex()));
  }

  private Reply values(JsonNode request, JsonNode params) {
    if (!answersForAPage) {
      return Reply.error(request, -32601, "Method not found", "");
    }
    if (!isHead(params.get(1))) {
      return unknownBlock(request);
    }
    List<String> changes = new ArrayList<>();
    for (JsonNode key : params.get(0)) {
      changes.add("[" + quoted(key.asText()) + "," + value(key.asText()) + "]");
    }
    return Reply.result(
        request, "[{\"block\":" + quoted(HEAD.toHex()) + ",\"changes\":" + changes + "}]");
  }

  private String keys(JsonNode params) {
    String prefix = params.get(0).asText();
    JsonNode start = params.get(2);
    return records
        .tailMap(start.isNull() ? prefix : start.asText(), start.isNull())
        .keySet()
        .stream()
        .filter(key -> key.startsWith(prefix))
        .limit(params.get(1).asInt())
        .map(LoopbackChain::quoted)
        .toList()
        .toString();
  }

  private String value(String key) {
    String record = records.get(key);
    return record == null ? "null" : quoted(record);
  }

  private static boolean isHead(JsonNode block) {
    return HEAD.toHex().equals(block.asText());
  }

  private static Reply unknownBlock(JsonNode request) {
    return Reply.error(request, 4003, "Client error", "UnknownBlock");
  }

  private static String quoted(String text) {
    return new ObjectMapper().getNodeFactory().textNode(text).toString();
  }
}
