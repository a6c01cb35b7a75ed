package io.tributary.cacher.store.chronicle;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import net.openhft.posix.PosixAPI;
import net.openhft.posix.internal.PosixAPIHolder;

/**
 * The system calls of Chronicle without {@code msync}.
 *
 * <p>Chronicle has the kernel write the whole file to the disk before it calls a map made or
 * recovered. After a kill that is all that was filled lately, gigabytes perhaps, and the node would
 * stand still for them. It would gain nothing: fragments are hashed before their first use, a file
 * counts as closed in order only by a {@link CleanMarker}, which is written after its own sync, and
 * books that a power cut left half written are recovered or given up as after any other crash.
 */
final class Unsynced implements InvocationHandler {
  private final PosixAPI posix;

  private Unsynced(PosixAPI posix) {
    this.posix = posix;
  }

  /** Has Chronicle call through this from now on. */
  static void install() {
    PosixAPI real = PosixAPI.posix();
    PosixAPIHolder.POSIX_API =
        (PosixAPI)
            Proxy.newProxyInstance(
                Unsynced.class.getClassLoader(),
                new Class<?>[] {PosixAPI.class},
                new Unsynced(real));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("msync")) {
      return 0;
    }
    try {
      return method.invoke(posix, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
