package io.tributary.origin.upstream;

/**
 * Why a call to a miner or gateway failed. The names are the same in code, logs, metrics and
 * documents.
 */
public enum UpstreamReason {
  /** No connection, or the connection ended before an answer began. */
  UNREACHABLE(
      Fault.ORIGIN,
      RetryAdvice.ELSEWHERE,
      true,
      Verdict.BAD,
      "check that the server is up and that its address on the chain is right"),
  /** No answer, or no end of it, within the deadline. */
  TIMEOUT(
      Fault.ORIGIN,
      RetryAdvice.ELSEWHERE,
      false,
      Verdict.BAD,
      "the server is overloaded or the path to it is; raise the deadline only if it is far away"),
  /** Bytes came or went more slowly than the least throughput. */
  STALLED(
      Fault.ORIGIN,
      RetryAdvice.ELSEWHERE,
      false,
      Verdict.BAD,
      "the server or the path to it is too slow to be of use"),
  /** The server does not have the content. */
  NOT_FOUND(
      Fault.ORIGIN,
      RetryAdvice.ELSEWHERE,
      false,
      Verdict.GOOD,
      "refresh the file's placement from the chain"),
  /** The miner knows no storage order that contains the fragment, perhaps not yet. */
  NOT_DECLARED(
      Fault.ORIGIN,
      RetryAdvice.LATER,
      false,
      Verdict.GOOD,
      "wait until the miner has seen the block with the storage order"),
  /** The server does not accept our signature. */
  REFUSED_SIGNATURE(
      Fault.SELF, RetryAdvice.NEVER, false, Verdict.GOOD, "check this node's key and clock"),
  /** The server takes the request for wrong. */
  REFUSED_REQUEST(
      Fault.SELF,
      RetryAdvice.NEVER,
      false,
      Verdict.GOOD,
      "the server may speak another version; compare versions"),
  /** The server is at its limit, or has lost its own connection to the chain. */
  BUSY(Fault.ORIGIN, RetryAdvice.LATER, true, Verdict.BAD, "ask fewer things of it at once"),
  /** The server failed. */
  SERVER_ERROR(
      Fault.ORIGIN, RetryAdvice.LATER, true, Verdict.BAD, "tell the operator of the server"),
  /** The gateway answered a file with nothing, as gateways do while they fill their cache. */
  EMPTY_ANSWER(
      Fault.ORIGIN, RetryAdvice.NOW, true, Verdict.NONE, "ask again, the file should be there now"),
  /** More bytes than the content has. */
  TOO_LONG(
      Fault.ORIGIN,
      RetryAdvice.ELSEWHERE,
      false,
      Verdict.BAD,
      "do not trust the server; tell its operator"),
  /** Fewer bytes than the content has; most often a broken connection. */
  TOO_SHORT(
      Fault.ORIGIN,
      RetryAdvice.ELSEWHERE,
      true,
      Verdict.BAD,
      "the connection broke or the server's copy is damaged"),
  /** The bytes are not the content that was asked for. */
  WRONG_HASH(
      Fault.ORIGIN,
      RetryAdvice.ELSEWHERE,
      false,
      Verdict.BAD,
      "do not trust the server; its copy is damaged or it lies"),
  /** The answer is not what the protocol allows. */
  MALFORMED(
      Fault.ORIGIN,
      RetryAdvice.ELSEWHERE,
      false,
      Verdict.BAD,
      "is this address really a miner or gateway? compare versions"),
  /** The endpoint failed so often lately that it is left alone for a while. */
  CIRCUIT_OPEN(
      Fault.ORIGIN,
      RetryAdvice.ELSEWHERE,
      false,
      Verdict.NONE,
      "nothing was sent; the endpoint is tried again by itself"),
  /** As many calls as allowed are under way to the endpoint. */
  SATURATED(
      Fault.SELF,
      RetryAdvice.ELSEWHERE,
      false,
      Verdict.NONE,
      "nothing was sent; raise the limit of parallel calls if this is common"),
  /** Whoever takes the bytes took them too slowly for the deadline. */
  SLOW_CONSUMER(
      Fault.CLIENT,
      RetryAdvice.NEVER,
      false,
      Verdict.NONE,
      "the reader was slower than the server"),
  /** Whoever takes the bytes failed on them. */
  CONSUMER_FAILED(
      Fault.SELF, RetryAdvice.NEVER, false, Verdict.NONE, "see the cause; this is a fault of ours");

  /** What a failure says about the endpoint's health. */
  enum Verdict {
    /** It works, it only has no good news. */
    GOOD,
    /** It does not work as it should. */
    BAD,
    /** Nothing. */
    NONE
  }

  private final Fault fault;
  private final RetryAdvice advice;
  private final boolean repeatable;
  private final Verdict verdict;
  private final String remedy;

  UpstreamReason(
      Fault fault, RetryAdvice advice, boolean repeatable, Verdict verdict, String remedy) {
    this.fault = fault;
    this.advice = advice;
    this.repeatable = repeatable;
    this.verdict = verdict;
    this.remedy = remedy;
  }

  /** Returns who is to blame. */
  public Fault fault() {
    return fault;
  }

  /** Returns what the caller should do once this has been reported. */
  public RetryAdvice advice() {
    return advice;
  }

  /** Returns what the operator can do, in a few words. */
  public String remedy() {
    return remedy;
  }

  /** Tells whether a call tries again by itself before it reports this. */
  boolean isRepeatable() {
    return repeatable;
  }

  Verdict verdict() {
    return verdict;
  }
}
