/**
 * What a cacher signs about itself, {@link io.tributary.region.record.CacherRecord}, and the rules
 * by which such records are believed.
 */
@NullMarked
package io.tributary.region.record;

import org.jspecify.annotations.NullMarked;
