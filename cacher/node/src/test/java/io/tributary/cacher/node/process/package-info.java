@NullMarked
package io.tributary.cacher.node.process;

import org.jspecify.annotations.NullMarked;
