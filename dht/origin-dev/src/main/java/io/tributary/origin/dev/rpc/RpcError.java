package io.tributary.origin.dev.rpc;

import java.util.Optional;

/**
 * Why a call failed, in JSON-RPC's terms.
 *
 * @param code a code of {@link RpcError.Code} or of a method
 * @param message one sentence for people
 * @param reason the stable name of the reason for programs, if there is one; sent as {@code data}
 */
public record RpcError(int code, String message, Optional<String> reason) {

  /** The codes JSON-RPC defines, and those Substrate's server adds. */
  public enum Code {
    /** The text is not JSON. */
    PARSE_ERROR(-32700),
    /** The JSON is not a request. */
    INVALID_REQUEST(-32600),
    /** There is no such method. */
    METHOD_NOT_FOUND(-32601),
    /** The parameters are not what the method takes. */
    INVALID_PARAMS(-32602),
    /** The chain itself failed. */
    INTERNAL_ERROR(-32603),
    /** The request is too large. */
    OVERSIZED_REQUEST(-32007),
    /** The answer would be too large; ask for less. */
    OVERSIZED_RESPONSE(-32008),
    /** The batch has too many calls. */
    OVERSIZED_BATCH(-32010);

    private final int number;

    Code(int number) {
      this.number = number;
    }

    /** Returns the number in the answer. */
    public int number() {
      return number;
    }
  }

  /** Returns an error of the protocol, whose reason is the name of its code. */
  public static RpcError of(Code code, String message) {
    return new RpcError(code.number(), message, Optional.of(code.name()));
  }
}
