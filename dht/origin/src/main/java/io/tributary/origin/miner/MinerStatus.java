package io.tributary.origin.miner;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a miner says of itself; what it does not say is empty. All of it is a stranger's claim.
 *
 * @param state whether it takes part, in the chain's words: {@code positive}, {@code frozen}, …
 * @param version the version of its software
 * @param chainConnected whether it is connected to the chain
 * @param declaredBytes the space it promised
 * @param idleBytes the part that is free
 * @param serviceBytes the part taken by users' fragments
 * @param lockedBytes the part reserved for deals under way
 */
public record MinerStatus(
    String state,
    Optional<String> version,
    Optional<Boolean> chainConnected,
    OptionalLong declaredBytes,
    OptionalLong idleBytes,
    OptionalLong serviceBytes,
    OptionalLong lockedBytes) {
  private static final int MAX_TEXT_CHARS = 64;

  /**
   * Reads the {@code data} of a status answer; empty if it has no state or a field of a wrong kind.
   */
  static Optional<MinerStatus> of(JsonNode data) {
    Optional<String> state = text(data.path("state"));
    if (state.isEmpty()
        || !isAbsentOr(data.path("version"), data.path("version").isTextual())
        || !isAbsentOr(data.path("current_rpc_status"), data.path("current_rpc_status").isBoolean())
        || !isSpace(data.path("declaration_space"))
        || !isSpace(data.path("idle_space"))
        || !isSpace(data.path("service_space"))
        || !isSpace(data.path("lock_space"))) {
      return Optional.empty();
    }
    return Optional.of(
        new MinerStatus(
            state.get(),
            text(data.path("version")),
            Optional.of(data.path("current_rpc_status"))
                .filter(JsonNode::isBoolean)
                .map(JsonNode::booleanValue),
            space(data.path("declaration_space")),
            space(data.path("idle_space")),
            space(data.path("service_space")),
            space(data.path("lock_space"))));
  }

  private static Optional<String> text(JsonNode node) {
    return Optional.of(node)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> text.length() <= MAX_TEXT_CHARS);
  }

  private static boolean isSpace(JsonNode node) {
    return isAbsentOr(
        node, node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0);
  }

  private static OptionalLong space(JsonNode node) {
    return node.isIntegralNumber() ? OptionalLong.of(node.longValue()) : OptionalLong.empty();
  }

  private static boolean isAbsentOr(JsonNode node, boolean right) {
    return node.isMissingNode() || node.isNull() || right;
  }
}
