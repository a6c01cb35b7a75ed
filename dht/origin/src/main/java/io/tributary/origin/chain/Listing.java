package io.tributary.origin.chain;

import io.tributary.content.AccountId;
import java.util.List;

/**
 * All records of a kind at one finalized block.
 *
 * <p>Anybody may register on the chain, so one record that cannot be read must not hide the rest.
 *
 * @param at the block
 * @param entries the records that could be read, in the chain's order
 * @param unreadable the accounts whose record could not be read
 */
public record Listing<T>(BlockHash at, List<T> entries, List<AccountId> unreadable) {
  /** Copies the lists. */
  public Listing {
    entries = List.copyOf(entries);
    unreadable = List.copyOf(unreadable);
  }
}
