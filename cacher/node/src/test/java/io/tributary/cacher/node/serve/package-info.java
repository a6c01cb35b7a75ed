@NullMarked
package io.tributary.cacher.node.serve;

import org.jspecify.annotations.NullMarked;
