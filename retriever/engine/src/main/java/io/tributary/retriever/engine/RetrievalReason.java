package io.tributary.retriever.engine;

/**
 * Why a file, or a part of it, was not read. The names are the same in logs, metrics, traces and
 * answers.
 */
public enum RetrievalReason {
  /** The chain knows no such file. */
  UNKNOWN_FILE(Fault.CLIENT, Retry.LATER, 404, "check the fid; a new file takes a block to appear"),
  /** The file is on order: its miners do not have it all yet. */
  STILL_BEING_STORED(Fault.ORIGIN, Retry.LATER, 503, "wait until its miners have reported"),
  /** The chain knows it, but nobody who should have it can be reached. */
  NO_SOURCE(Fault.ORIGIN, Retry.LATER, 503, "look up in the trace who was asked"),
  /** Whoever answered sent something else. */
  ALL_SOURCES_LIED(Fault.PEER, Retry.LATER, 502, "look up in the trace who lied"),
  /** The fragments are those the chain names, and do not belong together. */
  BROKEN_FILE(Fault.ORIGIN, Retry.NEVER, 502, "the file was coded wrongly when it was stored"),
  /** No node of the chain answers. */
  CHAIN_UNREACHABLE(Fault.ORIGIN, Retry.LATER, 503, "check the chain's endpoints"),
  /** The chain's answer cannot be used. */
  CHAIN_UNUSABLE(Fault.ORIGIN, Retry.LATER, 502, "check the chain's endpoints and this version"),
  /** It took longer than it may. */
  DEADLINE(Fault.ORIGIN, Retry.LATER, 504, "look up in the trace what was slow"),
  /** As much is under way here as may be. */
  BUSY(Fault.SELF, Retry.LATER, 503, "raise the engine's limits, or add a node"),
  /** Who asked wants no more. */
  CANCELLED(Fault.CLIENT, Retry.NOW, 499, "ask again"),
  /** The engine is closed. */
  CLOSED(Fault.SELF, Retry.LATER, 503, "ask another node; this one is being stopped"),
  /** A defect of this program. */
  DEFECT(Fault.SELF, Retry.LATER, 500, "report it with the log's stack trace");

  /** Whose doing it is. */
  public enum Fault {
    /** Who asked. */
    CLIENT,
    /** Who was asked for fragments. */
    PEER,
    /** CESS itself: the chain, the miners, the one who stored the file. */
    ORIGIN,
    /** This node. */
    SELF
  }

  /** Whether asking again makes sense. */
  public enum Retry {
    /** At once. */
    NOW,
    /** After a while, see {@link RetrievalException#retryAfter}. */
    LATER,
    /** Not at all. */
    NEVER
  }

  private final Fault fault;
  private final Retry retry;
  private final int httpStatus;
  private final String advice;

  RetrievalReason(Fault fault, Retry retry, int httpStatus, String advice) {
    this.fault = fault;
    this.retry = retry;
    this.httpStatus = httpStatus;
    this.advice = advice;
  }

  /** Whose doing it is. */
  public Fault fault() {
    return fault;
  }

  /** Whether asking again makes sense. */
  public Retry retry() {
    return retry;
  }

  /** The HTTP status that says the same. */
  public int httpStatus() {
    return httpStatus;
  }

  /** What can be done about it. */
  public String advice() {
    return advice;
  }
}
