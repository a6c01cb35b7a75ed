package io.tributary.origin.chain;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says that a question to the chain got no usable answer.
 *
 * <p>The message names what was asked, the reason, every endpoint that was tried and what an
 * operator can do. It may quote a node's own words, shortened and without control characters.
 */
public final class ChainException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_QUOTE_CHARS = 300;

  /** Who has to change something. */
  public enum Fault {
    /** Whoever asked: the same question can never be answered. */
    CLIENT,
    /** The chain's node, or the way to it. */
    ORIGIN,
    /** This process. */
    SELF
  }

  /** Why there is no answer. */
  public enum Reason {
    /** No connection, or it broke. */
    UNREACHABLE(
        Fault.ORIGIN, true, "check that the node runs and that its address and port are right"),
    /** No answer in time. */
    TIMEOUT(Fault.ORIGIN, true, "check the load of the node, or add another endpoint"),
    /** The HTTP status is not 200. */
    HTTP_STATUS(
        Fault.ORIGIN,
        true,
        "check that the address is that of a JSON-RPC service, and its limits and credentials"),
    /** The node answers with an error of its own. */
    RPC_ERROR(
        Fault.ORIGIN, true, "check that the node is in sync and allows this method to be called"),
    /** The answer is not what JSON-RPC and the method allow. */
    MALFORMED_RESPONSE(
        Fault.ORIGIN, true, "check that the address is that of a CESS node; else replace it"),
    /** The stored record is not one of CESS. */
    MALFORMED_RECORD(
        Fault.ORIGIN, false, "the record itself is broken, or the chain's runtime is a newer one"),
    /** The answer is larger than the limit set for it. */
    TOO_LARGE(
        Fault.ORIGIN, false, "raise the named limit if the answer is legitimate, else replace it"),
    /** The node belongs to another chain than the configured one. */
    WRONG_NETWORK(Fault.ORIGIN, false, "use an endpoint of the configured network"),
    /** The chain refuses the submitted call. */
    REJECTED(
        Fault.CLIENT, false, "check the account's balance and permissions and the call's indices"),
    /** Another call of the same account took the same nonce. */
    NONCE_TAKEN(Fault.CLIENT, true, "let one process at a time submit with one account"),
    /** The node takes no further calls at the moment. */
    POOL_FULL(Fault.ORIGIN, true, "submit again later, or add a tip"),
    /** Too many questions are open at once. */
    OVERLOADED(Fault.SELF, true, "ask less at once, or raise the named limit"),
    /** The client is closed. */
    CLOSED(Fault.SELF, false, "the process is shutting down");

    private final Fault fault;
    private final boolean retryable;
    private final String hint;

    Reason(Fault fault, boolean retryable, String hint) {
      this.fault = fault;
      this.retryable = retryable;
      this.hint = hint;
    }

    /** Returns who has to change something. */
    public Fault fault() {
      return fault;
    }

    /** Tells whether the same question may be answered later; all endpoints were tried already. */
    public boolean retryable() {
      return retryable;
    }

    /** Returns what the operator can do. */
    public String hint() {
      return hint;
    }
  }

  private final Reason reason;
  private final String detail;
  private final String asked;
  private final transient List<RpcEndpoint> tried;
  private final int rpcCode;
  private final boolean hasRpcCode;

  private ChainException(
      Reason reason,
      String detail,
      String asked,
      List<RpcEndpoint> tried,
      OptionalInt rpcCode,
      @Nullable Throwable cause) {
    super(message(reason, detail, asked, tried), cause);
    this.reason = reason;
    this.detail = detail;
    this.asked = asked;
    this.tried = List.copyOf(tried);
    this.rpcCode = rpcCode.orElse(0);
    this.hasRpcCode = rpcCode.isPresent();
  }

  /** Describes a failure; who was asked what is added by {@link #after}. */
  public static ChainException of(Reason reason, String detail) {
    return new ChainException(reason, quotable(detail), "", List.of(), OptionalInt.empty(), null);
  }

  /** Describes a failure that another exception explains. */
  public static ChainException of(Reason reason, String detail, Throwable cause) {
    return new ChainException(reason, quotable(detail), "", List.of(), OptionalInt.empty(), cause);
  }

  /** Describes the error a node answered with, by its JSON-RPC code. */
  public static ChainException ofRpcError(Reason reason, int code, String detail) {
    return new ChainException(
        reason,
        quotable("error " + code + ": " + detail),
        "",
        List.of(),
        OptionalInt.of(code),
        null);
  }

  /** Returns this failure under a reason that the caller knows better. */
  public ChainException because(Reason better) {
    ChainException known = new ChainException(better, detail, asked, tried, rpcCode(), getCause());
    known.setStackTrace(getStackTrace());
    return known;
  }

  /** Returns this failure with what was asked and whom, in the order in which they were tried. */
  public ChainException after(String asked, List<RpcEndpoint> tried) {
    ChainException complete =
        new ChainException(reason, detail, asked, tried, rpcCode(), getCause());
    complete.setStackTrace(getStackTrace());
    for (Throwable suppressed : getSuppressed()) {
      complete.addSuppressed(suppressed);
    }
    return complete;
  }

  /** Returns why there is no answer. */
  public Reason reason() {
    return reason;
  }

  /** Returns what exactly happened. */
  public String detail() {
    return detail;
  }

  /** Returns what was asked, in words. */
  public String asked() {
    return asked;
  }

  /** Returns the endpoints that were tried, the last one last. */
  public List<RpcEndpoint> tried() {
    return tried;
  }

  /** Returns the JSON-RPC error code, if a node answered with one. */
  public OptionalInt rpcCode() {
    return hasRpcCode ? OptionalInt.of(rpcCode) : OptionalInt.empty();
  }

  private static String message(
      Reason reason, String detail, String asked, List<RpcEndpoint> tried) {
    String endpoints = tried.stream().map(RpcEndpoint::toString).collect(Collectors.joining(", "));
    return (asked.isEmpty() ? "" : asked + ": ")
        + reason
        + " ("
        + detail
        + ")"
        + (tried.isEmpty() ? "" : "; tried " + endpoints)
        + "; "
        + reason.hint();
  }

  private static String quotable(String words) {
    String shortened =
        words.length() <= MAX_QUOTE_CHARS ? words : words.substring(0, MAX_QUOTE_CHARS) + "…";
    return shortened.replaceAll("\\p{Cntrl}", " ");
  }
}
