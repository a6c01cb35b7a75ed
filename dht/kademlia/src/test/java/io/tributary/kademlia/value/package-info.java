@NullMarked
package io.tributary.kademlia.value;

import org.jspecify.annotations.NullMarked;
