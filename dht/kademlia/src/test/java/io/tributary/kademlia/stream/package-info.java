@NullMarked
package io.tributary.kademlia.stream;

import org.jspecify.annotations.NullMarked;
