/**
 * Who has fragments that are not here: sibling cachers and storage miners behind one port, {@link
 * io.tributary.cacher.node.upstream.Upstream}, and how they are found.
 */
@NullMarked
package io.tributary.cacher.node.upstream;

import org.jspecify.annotations.NullMarked;
