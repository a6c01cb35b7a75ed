@NullMarked
package io.tributary.devnet;

import org.jspecify.annotations.NullMarked;
