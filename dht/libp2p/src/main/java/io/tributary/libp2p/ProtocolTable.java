package io.tributary.libp2p;

import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The protocols a host answers. Thread-safe. */
final class ProtocolTable {

  private record Entry(ProtocolHandler handler, boolean onLimited) {}

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Set<String> onLimited = new OnLimited();

  void put(String protocol, ProtocolHandler handler, boolean allowedOnLimited) {
    entries.put(protocol, new Entry(handler, allowedOnLimited));
  }

  void remove(String protocol) {
    entries.remove(protocol);
  }

  Optional<ProtocolHandler> handler(String protocol) {
    return Optional.ofNullable(entries.get(protocol)).map(Entry::handler);
  }

  /** The ids answered on a connection; follows changes. */
  Set<String> ids(boolean limited) {
    return limited ? onLimited : Collections.unmodifiableSet(entries.keySet());
  }

  private final class OnLimited extends AbstractSet<String> {
    @Override
    public boolean contains(Object protocol) {
      Entry entry = entries.get(protocol);
      return entry != null && entry.onLimited();
    }

    @Override
    public Iterator<String> iterator() {
      return entries.entrySet().stream()
          .filter(each -> each.getValue().onLimited())
          .map(Map.Entry::getKey)
          .iterator();
    }

    @Override
    public int size() {
      return (int) entries.values().stream().filter(Entry::onLimited).count();
    }
  }
}
