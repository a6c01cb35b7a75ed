@NullMarked
package io.tributary.bench.store;

import org.jspecify.annotations.NullMarked;
