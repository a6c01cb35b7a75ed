package io.tributary.reward;

import io.tributary.ledger.Amount;
import java.time.Instant;
import java.util.Optional;

/**
 * A node as its operator registered it.
 *
 * @param stake what is staked for it
 * @param exitsAt when its stake may leave; empty if it stays
 * @param attestation what the node's key said; a reader ignores the node unless its signature holds
 */
public record NodeEntry(Amount stake, Optional<Instant> exitsAt, NodeAttestation attestation) {}
