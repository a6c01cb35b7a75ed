@NullMarked
package io.tributary.nodekit.config;

import org.jspecify.annotations.NullMarked;
