/** What the logs of all nodes have in common. */
@NullMarked
package io.tributary.nodekit.log;

import org.jspecify.annotations.NullMarked;
