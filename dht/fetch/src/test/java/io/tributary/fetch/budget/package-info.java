/** Tests of the budget of extra bytes. */
@NullMarked
package io.tributary.fetch.budget;

import org.jspecify.annotations.NullMarked;
