/**
 * The cacher: keeps the hot fragments of its region, serves them, gets those that are asked for and
 * not here, and earns vouchers; begin with {@link io.tributary.cacher.node.CacherNode}.
 */
@NullMarked
package io.tributary.cacher.node;

import org.jspecify.annotations.NullMarked;
