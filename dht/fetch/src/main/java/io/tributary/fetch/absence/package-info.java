/** What is known not to be had, and for how long that is believed. */
@NullMarked
package io.tributary.fetch.absence;

import org.jspecify.annotations.NullMarked;
