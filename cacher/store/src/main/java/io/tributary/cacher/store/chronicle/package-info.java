/**
 * A fragment store in a file that is mapped into memory: Chronicle Map allocates and finds again,
 * {@link io.tributary.cacher.store.chronicle.ChronicleFragmentStore} counts pins and decides what
 * may be believed after a restart. No type of Chronicle leaves this package.
 */
@NullMarked
package io.tributary.cacher.store.chronicle;

import org.jspecify.annotations.NullMarked;
