package io.tributary.cacher.node.serve;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.FragmentHash;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.Status;
import io.tributary.exchange.server.AccessPolicy;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.Region;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the operator forbids: files, fragments, owners, peers and regions. Thread-safe.
 *
 * @param blockedFiles not served
 * @param allowedFiles if any, only these are served
 * @param blockedOwners accounts whose files are not served
 * @param blockedFragments not served, whatever file they are in
 * @param blockedPeers peers that nothing is sent to or taken from
 * @param blockedRegions regions whose cachers nothing is sent to or taken from
 * @param giftPeers peers that pay nothing
 * @param regionOf where a peer is by its own word, if it is a cacher that is known
 */
public record ServingRules(
    Set<Fid> blockedFiles,
    Set<Fid> allowedFiles,
    Set<AccountId> blockedOwners,
    Set<FragmentHash> blockedFragments,
    Set<PeerId> blockedPeers,
    Set<Region> blockedRegions,
    Set<PeerId> giftPeers,
    Function<PeerId, Optional<Region>> regionOf)
    implements AccessPolicy {

  /** Nothing is forbidden. */
  public static final ServingRules NONE =
      new ServingRules(
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          peer -> Optional.empty());

  /** Copies the sets. */
  public ServingRules {
    blockedFiles = Set.copyOf(blockedFiles);
    allowedFiles = Set.copyOf(allowedFiles);
    blockedOwners = Set.copyOf(blockedOwners);
    blockedFragments = Set.copyOf(blockedFragments);
    blockedPeers = Set.copyOf(blockedPeers);
    blockedRegions = Set.copyOf(blockedRegions);
    giftPeers = Set.copyOf(giftPeers);
  }

  /** Whether something is said of files, so that a name has to be true before it is believed. */
  public boolean areAboutFiles() {
    return !blockedFiles.isEmpty() || !allowedFiles.isEmpty() || !blockedOwners.isEmpty();
  }

  /** Whether a fragment may be served under a name, as far as the name tells. */
  public boolean allows(FragmentName name) {
    return !blockedFragments.contains(name.hash())
        && !blockedFiles.contains(name.fid())
        && (allowedFiles.isEmpty() || allowedFiles.contains(name.fid()));
  }

  /** Whether a file may be served; a file that others own too is blocked all the same. */
  public boolean allows(FileRecord file) {
    return blockedOwners.isEmpty()
        || file.owners().stream().noneMatch(owner -> blockedOwners.contains(owner.account()));
  }

  /** Whether a peer may be dealt with. */
  public boolean allows(PeerId peer) {
    return !blockedPeers.contains(peer);
  }

  /** Whether a region's cachers may be dealt with. */
  public boolean allows(Region region) {
    return blockedRegions.stream().noneMatch(blocked -> blocked.contains(region));
  }

  @Override
  public Admission admit(PeerId peer, FragmentRequest request) {
    boolean isForbidden =
        blockedPeers.contains(peer)
            || !allows(request.name())
            || (!blockedRegions.isEmpty()
                && regionOf.apply(peer).filter(region -> !allows(region)).isPresent());
    if (isForbidden) {
      return new Admission.Refused(Status.FORBIDDEN, Duration.ZERO);
    }
    return giftPeers.contains(peer) ? new Admission.Gift() : new Admission.Paid();
  }
}
