/**
 * Finding who has a fragment: {@link io.tributary.region.locate.Locator} asks the own region, then
 * near ones, then the world.
 */
@NullMarked
package io.tributary.region.locate;

import org.jspecify.annotations.NullMarked;
