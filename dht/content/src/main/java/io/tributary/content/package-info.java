/** What CESS content is: ids, manifests and the arithmetic of segments, columns and ranges. */
@NullMarked
package io.tributary.content;

import org.jspecify.annotations.NullMarked;
