package io.tributary.exchange.client;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;

/**
 * The event loop that a fetch lives on: any until there is a connection, then the connection's.
 *
 * <p>Tasks may be given from any thread, and run one at a time. One that was on its way when the
 * fetch moved follows it.
 */
final class Home {
  private final Runnable onStopped;
  private volatile EventLoop loop;

  /**
   * A first home.
   *
   * @param onStopped run instead of tasks once the loop has stopped
   */
  Home(EventLoop first, Runnable onStopped) {
    this.loop = first;
    this.onStopped = onStopped;
  }

  /** Moves; to be called at home. */
  void moveTo(EventLoop next) {
    loop = next;
  }

  /** Runs a task at home, wherever that is by then; at once if that is here. */
  void run(Runnable task) {
    EventLoop now = loop;
    if (now.inEventLoop()) {
      task.run();
      return;
    }
    try {
      now.execute(() -> follow(now, task));
    } catch (RejectedExecutionException e) {
      onStopped.run();
    }
  }

  private void follow(EventLoop from, Runnable task) {
    if (loop == from) {
      task.run();
    } else {
      run(task);
    }
  }
}
