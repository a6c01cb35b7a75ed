package io.tributary.origin.chain.storage;

/** Says that a text is not a key of one of the {@link StorageMap}s; whoever sent it is at fault. */
public final class MalformedStorageKeyException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  MalformedStorageKeyException(String message) {
    super(message);
  }
}
