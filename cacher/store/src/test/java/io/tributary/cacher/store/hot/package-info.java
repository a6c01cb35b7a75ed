@NullMarked
package io.tributary.cacher.store.hot;

import org.jspecify.annotations.NullMarked;
