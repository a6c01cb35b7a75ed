@NullMarked
package io.tributary.kademlia.routing;

import org.jspecify.annotations.NullMarked;
