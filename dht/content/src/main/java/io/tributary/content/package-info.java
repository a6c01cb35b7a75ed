/**
 * What CESS content is: ids, manifests, the arithmetic of segments, columns and ranges, and the cut
 * of a stream of bytes into segments.
 *
 * <p>Start at {@link io.tributary.content.Manifest} for what a file is made of, at {@link
 * io.tributary.content.Layout} and {@link io.tributary.content.RangePlan} for where its bytes lie,
 * and at {@link io.tributary.content.Segmenter} to make a manifest.
 */
@NullMarked
package io.tributary.content;

import org.jspecify.annotations.NullMarked;
