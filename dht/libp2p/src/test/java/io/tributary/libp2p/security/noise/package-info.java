@NullMarked
package io.tributary.libp2p.security.noise;

import org.jspecify.annotations.NullMarked;
