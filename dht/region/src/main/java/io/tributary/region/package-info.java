/**
 * Regions of cachers: who is in one, and which members hold a fragment.
 *
 * <p>The rooms, from the bottom: {@code record} (what a cacher signs about itself), {@code
 * placement} (homes of a fragment among the members), {@code gossip} (the messages members
 * exchange), {@code membership} (the state machine that keeps every node's members alike), {@code
 * lookup} (asking a member for homes) and {@code locate} (finding sources for a fragment).
 */
@NullMarked
package io.tributary.region;

import org.jspecify.annotations.NullMarked;
