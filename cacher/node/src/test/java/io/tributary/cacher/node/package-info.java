@NullMarked
package io.tributary.cacher.node;

import org.jspecify.annotations.NullMarked;
