package io.tributary.cacher.store;

/** That the contract can be kept by quite another store. */
final class DirectFragmentStoreTest extends FragmentStoreContract {
  @Override
  protected FragmentStore open() {
    return new DirectFragmentStore((long) ROOM * LENGTH, LENGTH);
  }
}
