@NullMarked
package io.tributary.nodekit.network;

import org.jspecify.annotations.NullMarked;
