/** Tests of where a cacher gets fragments from. */
@NullMarked
package io.tributary.cacher.node.upstream;

import org.jspecify.annotations.NullMarked;
