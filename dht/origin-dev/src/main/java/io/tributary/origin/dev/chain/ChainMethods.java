package io.tributary.origin.dev.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.chain.extrinsic.ExtrinsicCodec;
import io.tributary.origin.dev.rpc.RpcError;
import io.tributary.origin.dev.rpc.RpcError.Code;
import io.tributary.origin.dev.rpc.RpcException;
import io.tributary.origin.dev.rpc.RpcMethod;
import io.tributary.origin.dev.rpc.RpcParams;
import io.tributary.origin.dev.runtime.OperatorLog;
import io.tributary.origin.identity.MalformedAddressException;
import io.tributary.origin.identity.Ss58Address;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The JSON-RPC methods of a CESS node that Tributary needs, answered by a dev chain.
 *
 * <p>Errors besides JSON-RPC's own; {@code data} is the name of the reason:
 *
 * <pre>{@code
 * 1001  the bytes are no extrinsic                    MALFORMED_EXTRINSIC
 * 1010  the extrinsic is not valid                    another Refusal up to FUTURE_NONCE
 * 1900  the extrinsic is valid but cannot be done     any other Refusal
 * 4003  the state after a block cannot be had         UNKNOWN_BLOCK, STATE_DISCARDED
 * }</pre>
 *
 * <p>A real node takes an extrinsic that cannot be done into a block and says so in an event; a dev
 * chain refuses it at once.
 */
final class ChainMethods {
  static final int MALFORMED = 1001;
  static final int INVALID = 1010;
  static final int CANNOT_BE_DONE = 1900;
  static final int NO_STATE = 4003;

  private static final String NAME = "tributary-dev";
  private static final int MAX_KEY_BYTES = 512;
  private static final int MAX_ADDRESS_CHARS = 64;
  private static final int HASH_CHARS = 66;
  private static final HexFormat HEX = HexFormat.of();
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final DevChain chain;

  ChainMethods(DevChain chain) {
    this.chain = chain;
  }

  Map<String, RpcMethod> byName() {
    Map<String, RpcMethod> methods = new TreeMap<>();
    methods.put("author_submitExtrinsic", this::submit);
    methods.put("chain_getBlockHash", this::blockHash);
    methods.put("chain_getFinalizedHead", this::finalizedHead);
    methods.put("chain_getHeader", this::header);
    methods.put("state_getKeysPaged", this::keysPaged);
    methods.put("state_getRuntimeVersion", this::runtimeVersion);
    methods.put("state_getStorage", this::storage);
    methods.put("system_accountNextIndex", this::nextIndex);
    methods.put("system_chain", params -> constant(params, TextNode.valueOf("Tributary Dev")));
    methods.put("system_health", ChainMethods::health);
    methods.put("system_version", params -> constant(params, TextNode.valueOf(version())));
    ArrayNode names = JSON.arrayNode();
    methods.keySet().forEach(names::add);
    names.add("rpc_methods");
    methods.put("rpc_methods", params -> constant(params, JSON.objectNode().set("methods", names)));
    return methods;
  }

  private JsonNode submit(RpcParams params) throws RpcException {
    params.atMost(1);
    byte[] extrinsic = params.hex(0, ExtrinsicCodec.MAX_EXTRINSIC_BYTES);
    try {
      return TextNode.valueOf(chain.submit(extrinsic).toHex());
    } catch (RefusedException e) {
      throw new RpcException(
          new RpcError(
              code(e.refusal()), String.valueOf(e.getMessage()), Optional.of(e.refusal().name())));
    } catch (IOException e) {
      OperatorLog.requestFailed("dev chain", e);
      throw new RpcException(
          RpcError.of(Code.INTERNAL_ERROR, "the dev chain cannot write its file"));
    }
  }

  private static int code(Refusal refusal) {
    if (refusal == Refusal.MALFORMED_EXTRINSIC) {
      return MALFORMED;
    }
    return refusal.isInvalidTransaction() ? INVALID : CANNOT_BE_DONE;
  }

  private JsonNode blockHash(RpcParams params) throws RpcException {
    params.atMost(1);
    Optional<Header> header =
        params.find(0).isEmpty()
            ? Optional.of(chain.head())
            : chain.header(params.integer(0, 0, Integer.MAX_VALUE));
    return header
        .<JsonNode>map(found -> TextNode.valueOf(found.hash().toHex()))
        .orElse(NullNode.getInstance());
  }

  private JsonNode finalizedHead(RpcParams params) throws RpcException {
    return constant(params, TextNode.valueOf(chain.head().hash().toHex()));
  }

  private JsonNode header(RpcParams params) throws RpcException {
    params.atMost(1);
    Optional<BlockHash> at = at(params, 0);
    Optional<Header> header = at.isPresent() ? chain.header(at.get()) : Optional.of(chain.head());
    return header.map(ChainMethods::json).orElse(NullNode.getInstance());
  }

  private static JsonNode json(Header header) {
    ObjectNode json = JSON.objectNode();
    json.put("parentHash", header.parent().toHex());
    json.put("number", "0x" + Long.toHexString(header.number()));
    json.put("stateRoot", "0x" + header.stateRoot().toHex());
    json.put("extrinsicsRoot", "0x" + header.extrinsicsRoot().toHex());
    json.putObject("digest").putArray("logs");
    return json;
  }

  private JsonNode storage(RpcParams params) throws RpcException {
    params.atMost(2);
    byte[] key = params.hex(0, MAX_KEY_BYTES);
    Optional<BlockHash> at = at(params, 1);
    try {
      Optional<byte[]> value = at.isPresent() ? chain.storage(key, at.get()) : chain.storage(key);
      return value.<JsonNode>map(ChainMethods::hex).orElse(NullNode.getInstance());
    } catch (UnknownBlockException e) {
      throw noState(e);
    }
  }

  private JsonNode keysPaged(RpcParams params) throws RpcException {
    params.atMost(4);
    byte[] prefix = params.find(0).isEmpty() ? new byte[0] : params.hex(0, MAX_KEY_BYTES);
    int count = params.integer(1, 1, DevChain.MAX_KEYS);
    byte[] after = params.optionalHex(2, MAX_KEY_BYTES).orElseGet(() -> new byte[0]);
    try {
      ArrayNode keys = JSON.arrayNode();
      chain.keys(prefix, after, count, at(params, 3)).forEach(key -> keys.add(hex(key)));
      return keys;
    } catch (UnknownBlockException e) {
      throw noState(e);
    }
  }

  private JsonNode runtimeVersion(RpcParams params) throws RpcException {
    params.atMost(1);
    Optional<BlockHash> at = at(params, 0);
    if (at.isPresent() && chain.header(at.get()).isEmpty()) {
      throw noState(
          new UnknownBlockException(UnknownBlockException.Reason.UNKNOWN_BLOCK, at.get()));
    }
    ObjectNode version = JSON.objectNode();
    version.put("specName", NAME).put("implName", NAME);
    version.put("authoringVersion", 1).put("specVersion", DevChain.SPEC_VERSION);
    version.put("implVersion", 1).put("transactionVersion", DevChain.TRANSACTION_VERSION);
    version.put("stateVersion", 1).putArray("apis");
    return version;
  }

  private JsonNode nextIndex(RpcParams params) throws RpcException {
    params.atMost(1);
    try {
      AccountId account = Ss58Address.parse(params.text(0, MAX_ADDRESS_CHARS)).account();
      return JSON.numberNode(chain.nonce(account));
    } catch (MalformedAddressException e) {
      throw RpcException.invalidParams("parameter 0 is an SS58 address: " + e.getMessage());
    }
  }

  private static JsonNode health(RpcParams params) throws RpcException {
    ObjectNode health = JSON.objectNode();
    health.put("peers", 0).put("isSyncing", false).put("shouldHavePeers", false);
    return constant(params, health);
  }

  private static JsonNode constant(RpcParams params, JsonNode value) throws RpcException {
    params.atMost(0);
    return value;
  }

  private static Optional<BlockHash> at(RpcParams params, int place) throws RpcException {
    if (params.find(place).isEmpty()) {
      return Optional.empty();
    }
    byte[] hash = params.hex(place, Digest.BYTES);
    if (hash.length != Digest.BYTES) {
      throw RpcException.invalidParams(
          "parameter " + place + " is a block hash of " + HASH_CHARS + " characters");
    }
    return Optional.of(new BlockHash(Digest.of(hash)));
  }

  private static RpcException noState(UnknownBlockException e) {
    return new RpcException(
        new RpcError(NO_STATE, String.valueOf(e.getMessage()), Optional.of(e.reason().name())));
  }

  private static TextNode hex(byte[] bytes) {
    return TextNode.valueOf("0x" + HEX.formatHex(bytes));
  }

  private static String version() {
    return NAME + "-" + DevChain.SPEC_VERSION;
  }
}
