package io.tributary.cacher.node.region;

import io.tributary.cacher.node.CacherLog;
import io.tributary.kademlia.KademliaMetrics;
import io.tributary.kademlia.stream.KademliaNode;
import io.tributary.kademlia.stream.KademliaSettings;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.region.Region;
import io.tributary.region.RegionMetrics;
import io.tributary.region.gossip.GossipCodec;
import io.tributary.region.gossip.GossipMessage;
import io.tributary.region.gossip.HostGossip;
import io.tributary.region.lookup.HomesServer;
import io.tributary.region.membership.DhtDirectory;
import io.tributary.region.membership.Membership;
import io.tributary.region.membership.MembershipSettings;
import io.tributary.region.membership.RegionView;
import io.tributary.region.membership.Self;
import io.tributary.region.placement.Placement;
import io.tributary.region.placement.StakeView;
import io.tributary.region.reach.NodeReach;
import io.tributary.region.record.AddressScope;
import io.tributary.region.record.CacherOffer;
import io.tributary.region.record.CacherRecord;
import io.tributary.region.record.RecordRules;
import io.tributary.region.record.SignedRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * This node's presence in its region: it is in the DHT, tells of itself and knows the others, and
 * tells strangers the homes of fragments. Thread-safe; opened and closed off event loops.
 */
public final class RegionPresence implements AutoCloseable {
  private static final long LEAVE_SECONDS = 3;

  /** How old it may be what is known of where peers are, and they of where this node is. */
  static final Duration REGIONS_EVERY = Duration.ofSeconds(2);

  /**
   * What a presence is made of.
   *
   * @param host where it is
   * @param reach how that is reached
   * @param region where it says it is
   * @param offer what it offers now
   * @param dhtPrefix what keeps the network's DHT apart
   * @param bootstrap nodes to begin with
   * @param isLocal whether the network is one of a site or machine
   * @param directory where it keeps what it knows
   * @param stakes what members have staked
   * @param time on whose thread the membership lives
   * @param executor runs what computes or touches the disk
   * @param random makes choices and secrets
   * @param clock the time of day
   * @param regionMetrics counts
   * @param dhtMetrics counts
   */
  public record Parts(
      Host host,
      NodeReach reach,
      Region region,
      Supplier<CacherOffer> offer,
      String dhtPrefix,
      List<Multiaddr> bootstrap,
      boolean isLocal,
      Path directory,
      StakeView stakes,
      Timekeeper time,
      Executor executor,
      RandomGenerator random,
      InstantSource clock,
      RegionMetrics regionMetrics,
      KademliaMetrics dhtMetrics) {}

  private final Parts parts;
  private final AddressScope scope;
  private final KademliaNode dht;
  private final Membership membership;
  private final RegionView view;
  private final HomesServer homes;
  private final KnownMembers file;
  private volatile Map<PeerId, Region> regions = Map.of();
  private volatile boolean isClosed;

  private RegionPresence(Parts parts) throws IOException {
    this.parts = parts;
    Host host = parts.host();
    KademliaSettings settings =
        (parts.isLocal()
                ? KademliaSettings.local(parts.dhtPrefix(), parts.bootstrap())
                : KademliaSettings.internet(parts.dhtPrefix(), parts.bootstrap()))
            .with(parts.dhtMetrics())
            .with(host.publicNetworks())
            .in(parts.directory());
    this.dht =
        KademliaNode.start(
            host,
            settings,
            parts.clock(),
            new SplittableRandom(parts.random().nextLong()),
            parts.executor());
    this.scope = new AddressScope(parts.isLocal(), host.publicNetworks());
    RecordRules rules = new RecordRules(parts.clock(), scope, parts.regionMetrics());
    CompletableFuture<Membership> receiver = new CompletableFuture<>();
    HostGossip gossip =
        new HostGossip(
            host,
            parts.time(),
            new GossipCodec(rules),
            parts.executor(),
            parts.regionMetrics(),
            (PeerId from, GossipMessage message) ->
                receiver.thenAccept(each -> each.receive(from, message)));
    this.membership =
        new Membership(
            parts.region(),
            Optional.of(
                new Self(
                    host.identity(),
                    parts.region(),
                    parts.offer(),
                    () -> parts.reach().recordAddresses(scope))),
            MembershipSettings.defaults(),
            gossip,
            new DhtDirectory(dht.dht()),
            parts.time(),
            parts.regionMetrics(),
            new SplittableRandom(parts.random().nextLong()));
    receiver.complete(membership);
    this.view = new RegionView(membership, parts.stakes(), parts.time(), parts.executor());
    this.homes = new HomesServer(host, parts.region(), view::placement, parts.regionMetrics());
    this.file = new KnownMembers(parts.directory().resolve("members"));
    List<SignedRecord> known = file.read();
    if (!known.isEmpty()) {
      membership.restore(known);
    }
    gossip.start();
    homes.start();
    membership.start();
    parts.time().execute(this::noteRegions);
  }

  /**
   * Appears in the region.
   *
   * @throws IOException if files cannot be read
   */
  public static RegionPresence open(Parts parts) throws IOException {
    return new RegionPresence(parts);
  }

  /** The homes of all fragments as of now. */
  public Placement placement() {
    return view.placement();
  }

  /** Where a peer is by its own word, if it is a known cacher. */
  public Optional<Region> regionOf(PeerId peer) {
    return Optional.ofNullable(regions.get(peer));
  }

  /**
   * Notes where members are and who of them relays, and tells them where this node is if that has
   * changed; again and again, on the timekeeper's thread.
   */
  private void noteRegions() {
    if (!isClosed) {
      Map<PeerId, Region> now = new HashMap<>();
      List<CacherRecord> records = new ArrayList<>();
      for (SignedRecord member : membership.members()) {
        now.put(member.record().peer(), member.record().region());
        records.add(member.record());
      }
      regions = now;
      parts.reach().members(records);
      boolean hasMoved =
          membership
              .ownRecord()
              .map(own -> Set.copyOf(own.record().addresses()))
              .filter(told -> !told.equals(Set.copyOf(parts.reach().recordAddresses(scope))))
              .isPresent();
      if (hasMoved) {
        membership.renew();
      }
      parts.time().after(REGIONS_EVERY, this::noteRegions);
    }
  }

  /** The members that take part in placement now, this node included. */
  public CompletableFuture<List<SignedRecord>> members() {
    CompletableFuture<List<SignedRecord>> members = new CompletableFuture<>();
    parts.time().execute(() -> members.complete(membership.members()));
    return members;
  }

  /** Tells the region anew what this node offers. */
  public void renew() {
    membership.renew();
  }

  /** The DHT. */
  public KademliaNode dht() {
    return dht;
  }

  /** Says farewell to the region, so that nobody need find out. */
  public void leave() {
    CompletableFuture<Void> left = new CompletableFuture<>();
    CompletableFuture<List<SignedRecord>> members = members();
    membership.leave(() -> left.complete(null));
    try {
      file.write(members.get(LEAVE_SECONDS, TimeUnit.SECONDS));
      left.get(LEAVE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      CacherLog.regionNotTold(e);
    } catch (IOException e) {
      CacherLog.membersNotWritten(e);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    homes.stop();
    membership.stop();
    dht.close();
  }
}
