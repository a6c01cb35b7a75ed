/**
 * Fragments by HTTP, for the operator's own clients: who may read, and the bytes as they come;
 * begin with {@link io.tributary.cacher.node.http.FragmentPages}.
 */
@NullMarked
package io.tributary.cacher.node.http;

import org.jspecify.annotations.NullMarked;
