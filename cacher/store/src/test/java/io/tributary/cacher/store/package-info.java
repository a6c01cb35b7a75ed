@NullMarked
package io.tributary.cacher.store;

import org.jspecify.annotations.NullMarked;
