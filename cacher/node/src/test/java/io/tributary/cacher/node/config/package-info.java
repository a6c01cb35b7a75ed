@NullMarked
package io.tributary.cacher.node.config;

import org.jspecify.annotations.NullMarked;
