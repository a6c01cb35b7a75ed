@NullMarked
package io.tributary.launcher;

import org.jspecify.annotations.NullMarked;
