/** Tests of absences. */
@NullMarked
package io.tributary.fetch.absence;

import org.jspecify.annotations.NullMarked;
