package io.tributary.cacher.node.config;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.Region;
import io.tributary.region.reach.ReachSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the operator of a cacher decides.
 *
 * @param network the network's profile
 * @param directory where the node keeps its state
 * @param region where the node is
 * @param listen where peers reach it
 * @param reach how they do from behind routers, and what it does for others to be reached
 * @param store how much it keeps
 * @param payment how it is paid, and pays
 * @param settlement how it deals with the chain that settles
 * @param limits how much is done at the same time
 * @param http where the operator's own clients are served; empty for nowhere
 * @param rules what is not served
 * @param admin where the operator asks for its state
 * @param drainFor how long deliveries under way may go on when it stops
 */
public record CacherConfig(
    Path network,
    Path directory,
    Region region,
    Listen listen,
    ReachSettings reach,
    Store store,
    Payment payment,
    Settlement settlement,
    Limits limits,
    Optional<Http> http,
    Rules rules,
    Admin admin,
    Duration drainFor) {

  /**
   * Where peers reach a cacher.
   *
   * @param addresses what it listens at
   * @param announce where it is reached besides, as behind a port mapping
   */
  public record Listen(List<Multiaddr> addresses, List<Multiaddr> announce) {
    /** Copies the lists. */
    public Listen {
      addresses = List.copyOf(addresses);
      announce = List.copyOf(announce);
    }
  }

  /**
   * How much a cacher keeps.
   *
   * @param quotaBytes the most disk
   * @param scrubBytesPerSecond how fast what is stored is searched for rot
   */
  public record Store(long quotaBytes, long scrubBytesPerSecond) {}

  /** Where the truth about payers' escrow comes from. */
  public enum EscrowKind {
    /** From the configuration: for closed networks and devnets. */
    STATIC,
    /** From the network's settlement contract. */
    CONTRACT
  }

  /**
   * How a cacher is paid, and pays.
   *
   * @param price what it asks for
   * @param payout who is paid
   * @param escrow where the truth about escrow comes from
   * @param staticEscrow what payers have, if the configuration says it
   * @param wallet the key that pays siblings; empty to ask none
   * @param siblingCeiling the highest price that is paid to siblings
   */
  public record Payment(
      PricePerGib price,
      EvmAddress payout,
      EscrowKind escrow,
      Map<EvmAddress, Amount> staticEscrow,
      Optional<Wallet> wallet,
      PricePerGib siblingCeiling) {
    /** Copies the map. */
    public Payment {
      staticEscrow = Map.copyOf(staticEscrow);
    }
  }

  /**
   * How a cacher deals with the chain that settles vouchers.
   *
   * @param askEvery how long after one look at the chain the next begins
   * @param answerWithin the longest wait for an answer of one endpoint
   * @param freshFor how long what was seen counts as fresh
   * @param goodFor how long payers that were seen are served on without the chain
   * @param redeemWorth vouchers are redeemed at once if they are worth so many times the gas
   * @param redeemWait how long after the last redemption vouchers are redeemed that are worth more
   *     than the gas
   * @param resendAfter how long a transaction may be in no block before it is signed anew
   */
  public record Settlement(
      Duration askEvery,
      Duration answerWithin,
      Duration freshFor,
      Duration goodFor,
      int redeemWorth,
      Duration redeemWait,
      Duration resendAfter) {}

  /**
   * A locked key.
   *
   * @param keystore its file
   * @param passwordFile the file whose first line is its password
   */
  public record Wallet(Path keystore, Path passwordFile) {}

  /**
   * How much is done at the same time.
   *
   * @param maxDeliveries requests of peers that are open
   * @param maxDeliveriesPerPeer those of one peer
   * @param maxFills fragments that are got at the same time
   * @param bytesPerSecond the most that is sent to all together; 0 for as much as goes
   * @param bytesPerSecondPerPeer the most that is sent to one
   * @param shareBytesPerSecond of one fragment; above it another home is asked to hold it too
   * @param maxHomes the most homes of a fragment
   * @param prefetchBytesPerSecond the most that is fetched ahead; 0 for nothing
   */
  public record Limits(
      int maxDeliveries,
      int maxDeliveriesPerPeer,
      int maxFills,
      long bytesPerSecond,
      long bytesPerSecondPerPeer,
      long shareBytesPerSecond,
      int maxHomes,
      long prefetchBytesPerSecond) {}

  /**
   * Where the operator's own clients are served.
   *
   * @param bind the address
   * @param allowed addresses of clients that need no token, as {@code 10.0.0.0/8}
   * @param payers whose signed tokens let others in
   * @param tls certificate and key in PEM; empty for plain HTTP
   */
  public record Http(
      InetSocketAddress bind, List<IpPrefix> allowed, List<EvmAddress> payers, Optional<Tls> tls) {
    /** Copies the lists. */
    public Http {
      allowed = List.copyOf(allowed);
      payers = List.copyOf(payers);
    }
  }

  /**
   * What is shown to clients that ask for TLS.
   *
   * @param certificates the chain
   * @param key the certificate's key
   */
  public record Tls(Path certificates, Path key) {}

  /**
   * What is not served, and to whom.
   *
   * @param blockedFiles fids
   * @param allowedFiles if any, only these
   * @param blockedOwners accounts whose files are not served
   * @param blockedFragments hashes
   * @param blockedPeers peer ids that nothing is sent to or taken from
   * @param blockedRegions regions whose cachers nothing is sent to or taken from
   * @param giftPeers peer ids that pay nothing
   * @param purgeWithin how long a file may still be here that was deleted on the chain
   */
  public record Rules(
      List<Fid> blockedFiles,
      List<Fid> allowedFiles,
      List<AccountId> blockedOwners,
      List<FragmentHash> blockedFragments,
      List<PeerId> blockedPeers,
      List<Region> blockedRegions,
      List<PeerId> giftPeers,
      Duration purgeWithin) {
    /** Copies the lists. */
    public Rules {
      blockedFiles = List.copyOf(blockedFiles);
      allowedFiles = List.copyOf(allowedFiles);
      blockedOwners = List.copyOf(blockedOwners);
      blockedFragments = List.copyOf(blockedFragments);
      blockedPeers = List.copyOf(blockedPeers);
      blockedRegions = List.copyOf(blockedRegions);
      giftPeers = List.copyOf(giftPeers);
    }
  }

  /**
   * Where the operator asks for the node's state.
   *
   * @param bind the address
   * @param tokenFile the file whose first line callers must send; needed off loopback
   */
  public record Admin(InetSocketAddress bind, Optional<Path> tokenFile) {}
}
