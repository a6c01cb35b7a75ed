@NullMarked
package io.tributary.cacher.store.chronicle;

import org.jspecify.annotations.NullMarked;
