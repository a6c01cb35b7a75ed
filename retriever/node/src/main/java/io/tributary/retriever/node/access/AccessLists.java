package io.tributary.retriever.node.access;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whom and what the operator serves. Of each kind, what is blocked is refused; where anything is
 * allowed by name, only that is served. A file belongs to the accounts that own it on the chain.
 *
 * @param fids files
 * @param accounts owners of files
 * @param addresses clients
 */
public record AccessLists(
    Lists<Fid> fids, Lists<AccountId> accounts, Lists<AddressBlock> addresses) {
  /** Serves everybody everything. */
  public static final AccessLists OPEN = new AccessLists(Lists.open(), Lists.open(), Lists.open());

  /**
   * What is named of one kind.
   *
   * @param allowed empty to allow all that is not blocked
   * @param blocked counts more than allowed
   */
  public record Lists<T>(Set<T> allowed, Set<T> blocked) {
    /** Copies the sets. */
    public Lists {
      allowed = Set.copyOf(allowed);
      blocked = Set.copyOf(blocked);
    }

    /** Names nothing. */
    public static <T> Lists<T> open() {
      return new Lists<>(Set.of(), Set.of());
    }

    boolean admits(T value) {
      return !blocked.contains(value) && (allowed.isEmpty() || allowed.contains(value));
    }
  }

  /** Why somebody is refused. */
  public enum Refusal {
    /** The operator does not serve this client's address. */
    ADDRESS_REFUSED,
    /** The operator does not serve this file. */
    FILE_REFUSED,
    /** The operator does not serve files of this owner. */
    OWNER_REFUSED
  }

  /** Judges a client that asks for a file, before anything is known of the file. */
  public Optional<Refusal> judge(InetAddress client, Fid fid) {
    return judge(client).or(() -> judge(fid));
  }

  /** Judges a client, whatever it asks for. */
  public Optional<Refusal> judge(InetAddress client) {
    boolean isBlocked = addresses.blocked().stream().anyMatch(b -> b.contains(client));
    boolean isAllowed =
        addresses.allowed().isEmpty()
            || addresses.allowed().stream().anyMatch(b -> b.contains(client));
    return isBlocked || !isAllowed ? Optional.of(Refusal.ADDRESS_REFUSED) : Optional.empty();
  }

  /** Judges a file for one who is not a client, before anything is known of the file. */
  public Optional<Refusal> judge(Fid fid) {
    return fids.admits(fid) ? Optional.empty() : Optional.of(Refusal.FILE_REFUSED);
  }

  /** Judges a file by its owners: one that is blocked is enough, and one that is allowed. */
  public Optional<Refusal> judge(List<AccountId> owners) {
    boolean isBlocked = owners.stream().anyMatch(accounts.blocked()::contains);
    boolean isAllowed =
        accounts.allowed().isEmpty() || owners.stream().anyMatch(accounts.allowed()::contains);
    return isBlocked || !isAllowed ? Optional.of(Refusal.OWNER_REFUSED) : Optional.empty();
  }
}
