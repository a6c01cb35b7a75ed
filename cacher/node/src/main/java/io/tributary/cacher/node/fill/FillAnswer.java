package io.tributary.cacher.node.fill;

import io.tributary.exchange.server.FragmentBody;
import java.time.Duration;

/** What who asked for a fragment that was not here gets. */
public sealed interface FillAnswer {
  /**
   * The fragment, coming or come.
   *
   * @param body to be closed by who asked
   */
  record Bytes(FragmentBody body) implements FillAnswer {}

  /** It came in the meantime: look for it again. */
  record AlreadyHere() implements FillAnswer {}

  /**
   * It is not to be had.
   *
   * @param why the reason; none of those that are a success
   * @param retryAfter how long to wait before asking again; zero says nothing
   */
  record NotHad(FillEnd why, Duration retryAfter) implements FillAnswer {}
}
