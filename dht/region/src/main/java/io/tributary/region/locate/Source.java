package io.tributary.region.locate;

import io.tributary.region.gossip.Contact;
import io.tributary.region.record.SignedRecord;
import java.util.Optional;

/**
 * A peer that probably has a fragment.
 *
 * @param peer who and where
 * @param record what it says of itself, if it was found as a member of a region
 * @param stage where it was found
 */
public record Source(Contact peer, Optional<SignedRecord> record, Stage stage) {}
