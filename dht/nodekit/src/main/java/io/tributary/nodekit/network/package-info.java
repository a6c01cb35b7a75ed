/** Network profiles: the one file that names a network. */
@NullMarked
package io.tributary.nodekit.network;

import org.jspecify.annotations.NullMarked;
