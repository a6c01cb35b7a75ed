/**
 * Publishing: taking a local file through declaration, coding and distribution until it is Active.
 */
@NullMarked
package io.tributary.origin.publish;

import org.jspecify.annotations.NullMarked;
