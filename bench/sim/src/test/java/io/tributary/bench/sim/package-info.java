@NullMarked
package io.tributary.bench.sim;

import org.jspecify.annotations.NullMarked;
