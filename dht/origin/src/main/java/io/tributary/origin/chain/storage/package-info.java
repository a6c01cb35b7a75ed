/**
 * The keys and SCALE records of CESS's chain storage, both ways: {@link
 * io.tributary.origin.chain.storage.StorageKey} says where a record lies, one codec per record what
 * its bytes mean.
 */
@NullMarked
package io.tributary.origin.chain.storage;

import org.jspecify.annotations.NullMarked;
