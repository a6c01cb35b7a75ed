@NullMarked
package io.tributary.cacher.node.rate;

import org.jspecify.annotations.NullMarked;
