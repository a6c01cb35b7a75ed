/**
 * The hot fragments' counts as Micrometer meters.
 *
 * <pre>
 * cacher.store.lookups{outcome}        what look-ups found
 * cacher.store.refusals{reason}        room that was refused
 * cacher.store.fills{end}              fills that ended
 * cacher.store.fill.bytes              bytes that were filled in
 * cacher.store.left{reason}            fragments that were removed
 * cacher.store.scrubbed.bytes          bytes that the scrub hashed
 * cacher.store.scrubbed.wrong          fragments that it found damaged
 * cacher.store.quota.bytes{part}       the limit, of whole fragments and of small objects
 * cacher.store.used.bytes{part}        what is used of it
 * cacher.store.deferred.bytes{part}    the part that waits for pins
 * cacher.store.fragments{part}         stored fragments
 * cacher.store.filling{part}           fills that run
 * cacher.store.pins{part}              open pins
 * cacher.store.kept.bytes              what the operator wants kept
 * cacher.store.checks                  fragments that wait for their first check
 * </pre>
 */
@NullMarked
package io.tributary.cacher.store.micrometer;

import org.jspecify.annotations.NullMarked;
