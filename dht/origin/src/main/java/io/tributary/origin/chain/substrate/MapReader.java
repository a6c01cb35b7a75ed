package io.tributary.origin.chain.substrate;

import io.tributary.content.AccountId;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import io.tributary.origin.chain.Listing;
import io.tributary.origin.chain.rpc.RpcAnswer;
import io.tributary.origin.chain.rpc.RpcSession;
import io.tributary.origin.chain.storage.MalformedStorageKeyException;
import io.tributary.origin.chain.storage.StorageKey;
import io.tributary.origin.chain.storage.StorageMap;
import io.tributary.origin.scale.ScaleException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;

/**
 * Reads all records of a map of accounts at one block, page by page.
 *
 * <p>A page is two calls: its keys, then all its values. Nodes that do not offer the second call
 * are asked for each value. Keys must come in ascending order, so that no node can keep a reader
 * going in circles.
 */
final class MapReader<T> {
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int MAX_CHANGE_SETS = 16;

  private final RpcSession session;
  private final StorageMap map;
  private final BlockHash at;
  private final ListingLimits limits;
  private final BiFunction<AccountId, byte[], T> decode;
  private final List<T> entries = new ArrayList<>();
  private final List<AccountId> unreadable = new ArrayList<>();
  private int seen;

  MapReader(
      RpcSession session,
      StorageMap map,
      BlockHash at,
      ListingLimits limits,
      BiFunction<AccountId, byte[], T> decode) {
    this.session = session;
    this.map = map;
    this.at = at;
    this.limits = limits;
    this.decode = decode;
  }

  CompletableFuture<Listing<T>> read() {
    return readAfter(Optional.empty());
  }

  private CompletableFuture<Listing<T>> readAfter(Optional<StorageKey> last) {
    Object start = last.<Object>map(StorageKey::toHex).orElse(Optional.empty());
    return session
        .call("state_getKeysPaged", map.prefix(), limits.pageEntries(), start, at.toHex())
        .thenApply(answer -> keys(answer, last))
        .thenCompose(
            keys ->
                keys.isEmpty()
                    ? CompletableFuture.completedFuture(listing())
                    : values(keys)
                        .thenCompose(
                            values -> {
                              values.forEach(this::add);
                              return keys.size() < limits.pageEntries()
                                  ? CompletableFuture.completedFuture(listing())
                                  : readAfter(Optional.of(keys.get(keys.size() - 1)));
                            }));
  }

  private Listing<T> listing() {
    return new Listing<>(at, entries, unreadable);
  }

  private void add(StorageKey key, byte[] value) {
    try {
      entries.add(decode.apply(key.account(), value));
    } catch (ScaleException e) {
      unreadable.add(key.account());
    }
  }

  private List<StorageKey> keys(RpcAnswer answer, Optional<StorageKey> last) {
    List<StorageKey> keys = new ArrayList<>();
    String before = last.map(StorageKey::toHex).orElse("");
    for (RpcAnswer element : answer.elements(limits.pageEntries())) {
      StorageKey key = key(element);
      if (key.map() != map || key.toHex().compareTo(before) <= 0) {
        throw element.malformed("the next key of " + map);
      }
      before = key.toHex();
      keys.add(key);
    }
    seen += keys.size();
    if (seen > limits.maxEntries()) {
      throw ChainException.of(
          Reason.TOO_LARGE,
          map + " has more records than maxEntries, which is " + limits.maxEntries());
    }
    return keys;
  }

  private static StorageKey key(RpcAnswer answer) {
    try {
      return StorageKey.parse(answer.text());
    } catch (MalformedStorageKeyException e) {
      throw answer.malformed("a storage key");
    }
  }

  /** Asks for the values of keys, in their order; a key that is listed has a value. */
  private CompletableFuture<Map<StorageKey, byte[]>> values(List<StorageKey> keys) {
    return session
        .call("state_queryStorageAt", keys.stream().map(StorageKey::toHex).toList(), at.toHex())
        .thenApply(answer -> changes(answer, keys.size()))
        .exceptionallyCompose(
            failure ->
                isMethodMissing(failure)
                    ? valuesOneByOne(keys, 0, new HashMap<>())
                    : CompletableFuture.failedFuture(failure))
        .thenApply(
            values -> {
              Map<StorageKey, byte[]> ordered = new LinkedHashMap<>();
              for (StorageKey key : keys) {
                byte[] value = values.get(key);
                if (value == null) {
                  throw ChainException.of(Reason.MALFORMED_RESPONSE, key + " has no value");
                }
                ordered.put(key, value);
              }
              return ordered;
            });
  }

  /** Reads {@code [{"block": …, "changes": [[key, value or null], …]}, …]}. */
  private static Map<StorageKey, byte[]> changes(RpcAnswer answer, int maxCount) {
    Map<StorageKey, byte[]> values = new HashMap<>();
    for (RpcAnswer changeSet : answer.elements(MAX_CHANGE_SETS)) {
      for (RpcAnswer change : changeSet.field("changes").elements(maxCount)) {
        List<RpcAnswer> pair = change.elements(2);
        if (pair.size() != 2) {
          throw change.malformed("a key and a value");
        }
        StorageKey key = key(pair.get(0));
        pair.get(1).optionalHexBytes().ifPresent(value -> values.put(key, value));
      }
    }
    return values;
  }

  private CompletableFuture<Map<StorageKey, byte[]>> valuesOneByOne(
      List<StorageKey> keys, int from, Map<StorageKey, byte[]> values) {
    if (from >= keys.size()) {
      return CompletableFuture.completedFuture(values);
    }
    int to = Math.min(keys.size(), from + limits.maxCallsAtOnce());
    Map<StorageKey, CompletableFuture<Optional<byte[]>>> calls = new HashMap<>();
    keys.subList(from, to).forEach(key -> calls.put(key, SubstrateCalls.storage(session, key, at)));
    return CompletableFuture.allOf(calls.values().toArray(CompletableFuture<?>[]::new))
        .thenCompose(
            all -> {
              calls.forEach((key, call) -> call.join().ifPresent(value -> values.put(key, value)));
              return valuesOneByOne(keys, to, values);
            });
  }

  private static boolean isMethodMissing(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ChainException chain
        && chain.rpcCode().equals(OptionalInt.of(METHOD_NOT_FOUND));
  }
}
