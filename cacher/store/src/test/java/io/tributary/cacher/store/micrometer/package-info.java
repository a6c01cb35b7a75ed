@NullMarked
package io.tributary.cacher.store.micrometer;

import org.jspecify.annotations.NullMarked;
