package io.tributary.acceptance.metrics;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Calls every method of a listener once, with arguments that serve as well as any. */
final class Specimens {
  private Specimens() {}

  /** Tells a listener everything that its interfaces have words for. */
  static void tellAll(Object listener) throws ReflectiveOperationException {
    for (Class<?> type : listener.getClass().getInterfaces()) {
      for (Method method : type.getMethods()) {
        if (!Modifier.isStatic(method.getModifiers())) {
          method.invoke(
              listener,
              Arrays.stream(method.getParameterTypes()).map(Specimens::of).toArray(Object[]::new));
        }
      }
    }
  }

  private static Object of(Class<?> type) {
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    } else if (type == String.class) {
      return "any";
    } else if (type == int.class || type == Integer.class) {
      return 1;
    } else if (type == long.class || type == Long.class) {
      return 1L;
    } else if (type == double.class) {
      return 1.0;
    } else if (type == boolean.class) {
      return true;
    } else if (type == Duration.class) {
      return Duration.ofSeconds(1);
    } else if (type == Optional.class) {
      return Optional.empty();
    } else if (type == List.class) {
      return List.of();
    } else if (type.isRecord()) {
      return record(type);
    } else if (type.isInterface()) {
      return Proxy.newProxyInstance(
          type.getClassLoader(),
          new Class<?>[] {type},
          (proxy, method, arguments) -> of(method.getReturnType()));
    }
    throw new IllegalArgumentException("no specimen of " + type);
  }

  private static Object record(Class<?> type) {
    Class<?>[] components =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> canonical = type.getDeclaredConstructor(components);
      return canonical.newInstance(Arrays.stream(components).map(Specimens::of).toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("no specimen of " + type, e);
    }
  }
}
