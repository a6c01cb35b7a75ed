package io.tributary.origin.upstream;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;

/**
 * One thing to ask of one server, in a form that can be asked again.
 *
 * @param <T> what a good answer gives
 */
public interface Operation<T> {
  /** Returns the server to ask. */
  Endpoint endpoint();

  /** Returns what is asked, for messages. */
  String name();

  /** Makes the request of an attempt. */
  HttpRequest request(Attempt attempt);

  /**
   * Says where the body of an answer goes; called on the executor when the answer's head is there.
   * A bad answer is a subscriber that fails, see {@link SmallBody} and {@link RefusedBody}.
   */
  BodySubscriber<T> receive(ResponseInfo head, Attempt attempt);

  /** Tells whether another attempt may follow a failed one. */
  default boolean isRepeatable() {
    return true;
  }

  /**
   * Takes note that an attempt is given up: when this returns, nothing of it reaches the caller any
   * more. May be called from any thread.
   */
  default void abandon() {}
}
