package io.tributary.origin.chain.rpc;

import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.RpcEndpoint;
import java.time.Duration;

/** Hears what happens to the endpoints, for logs and metrics; must return at once. */
public interface RpcObserver {
  /** An observer that does nothing. */
  RpcObserver NONE = (endpoint, failure, rest) -> {};

  /**
   * An attempt at an endpoint failed.
   *
   * @param failure why
   * @param rest how long the endpoint is left alone while there are others; zero if the failure is
   *     not held against it
   */
  void endpointFailed(RpcEndpoint endpoint, ChainException failure, Duration rest);
}
