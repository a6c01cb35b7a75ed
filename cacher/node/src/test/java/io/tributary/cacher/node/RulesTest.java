package io.tributary.cacher.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cacher.node.TestCacher.Guest;
import io.tributary.cacher.node.TestOrigin.Sample;
import io.tributary.cacher.node.serve.ServingRules;
import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.Status;
import io.tributary.exchange.client.FetchResult;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.region.Region;
import io.tributary.region.placement.Placement;
import io.tributary.region.placement.StakeView;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator forbids does not leave, whether it is here or would have to be fetched. */
final class RulesTest {
  private static final long WHOLE = Layout.FRAGMENT_BYTES;

  @TempDir private Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 1);
  private final ExecutorService executor = Executors.newFixedThreadPool(2);
  private final Map<PeerId, Region> regions = new ConcurrentHashMap<>();
  private TestOrigin origin;
  private Guest guest;

  @BeforeEach
  void start() throws Exception {
    origin = opened(new TestOrigin(directory.resolve("origin")));
    guest =
        opened(
            new Guest(
                io, executor, new EventLoopTimekeeper(io.group().next(), InstantSource.system())));
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    io.shutdown().awaitUninterruptibly();
    executor.shutdownNow();
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.add(part);
    return part;
  }

  /** Rules that forbid nothing but what is named. */
  private ServingRules rules(
      Set<Fid> blockedFiles,
      Set<Fid> allowedFiles,
      Set<AccountId> blockedOwners,
      Set<FragmentHash> blockedFragments,
      Set<PeerId> blockedPeers,
      Set<Region> blockedRegions) {
    return new ServingRules(
        blockedFiles,
        allowedFiles,
        blockedOwners,
        blockedFragments,
        blockedPeers,
        blockedRegions,
        Set.of(),
        peer -> Optional.ofNullable(regions.get(peer)));
  }

  private TestCacher cacher(ServingRules rules) throws Exception {
    return opened(
        new TestCacher(
            directory.resolve("c" + open.size()),
            origin,
            NodeSettings.of(PricePerGib.FREE).withSiblingCeiling(TestCacher.PRICE),
            rules,
            256L << 20));
  }

  private void assertServed(TestCacher cacher, FragmentName name) {
    assertThat(guest.get(cacher, name, 0, WHOLE).result()).isInstanceOf(FetchResult.Verified.class);
  }

  private void assertRefused(TestCacher cacher, FragmentName name, Status status) {
    TestCacher.Got got = guest.get(cacher, name, 0, WHOLE);
    assertThat(got.failure().reason()).isEqualTo(status);
    assertThat(got.bytes().size()).isZero();
  }

  @Test
  void files_byBlockListAndByAllowList() throws Exception {
    Sample one = origin.publish(51, 1);
    Sample other = origin.publish(52, 1);
    Fid fid = one.manifest().fid();
    TestCacher blocking =
        cacher(rules(Set.of(fid), Set.of(), Set.of(), Set.of(), Set.of(), Set.of()));
    assertRefused(blocking, one.name(0), Status.FORBIDDEN);
    assertServed(blocking, other.name(0));
    FragmentName disguised = new FragmentName(other.manifest().fid(), 0, 0, one.name(0).hash());
    assertRefused(blocking, disguised, Status.NOT_IN_FILE);

    TestCacher choosy =
        cacher(rules(Set.of(), Set.of(fid), Set.of(), Set.of(), Set.of(), Set.of()));
    assertServed(choosy, one.name(0));
    assertRefused(choosy, other.name(0), Status.FORBIDDEN);
    assertThat(choosy.counts.of("fetched")).as("nothing is fetched for who gets nothing").isOne();
    FragmentName hit = new FragmentName(other.manifest().fid(), 0, 0, one.name(0).hash());
    assertRefused(choosy, hit, Status.FORBIDDEN);
  }

  @Test
  void accounts_andFragments_evenIfTheFragmentIsHere() throws Exception {
    Sample file = origin.publish(53, 2);
    TestCacher byOwner =
        cacher(rules(Set.of(), Set.of(), Set.of(TestOrigin.owner()), Set.of(), Set.of(), Set.of()));
    assertRefused(byOwner, file.name(0), Status.FORBIDDEN);
    assertThat(byOwner.counts.of("fetched")).isZero();

    TestCacher byFragment =
        cacher(
            rules(Set.of(), Set.of(), Set.of(), Set.of(file.name(1).hash()), Set.of(), Set.of()));
    assertServed(byFragment, file.name(0));
    assertRefused(byFragment, file.name(1), Status.FORBIDDEN);

    TestCacher later = cacher(ServingRules.NONE);
    assertServed(later, file.name(0));
    assertThat(later.hot.block(file.name(0).hash())).isTrue();
    assertRefused(later, file.name(0), Status.FORBIDDEN);
    assertThat(later.hot.contains(file.name(0).hash())).isFalse();
  }

  @Test
  void peers_andThoseOfRegions_getNothing_hotOrCold() throws Exception {
    Sample file = origin.publish(54, 2);
    TestCacher byPeer =
        cacher(
            rules(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(guest.host.peerId()), Set.of()));
    assertRefused(byPeer, file.name(0), Status.FORBIDDEN);

    TestCacher byRegion =
        cacher(rules(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(new Region("ru"))));
    assertServed(byRegion, file.name(0));
    regions.put(guest.host.peerId(), new Region("ru-north"));
    assertRefused(byRegion, file.name(0), Status.FORBIDDEN);
    assertRefused(byRegion, file.name(1), Status.FORBIDDEN);
    regions.put(guest.host.peerId(), new Region("eu-west"));
    assertServed(byRegion, file.name(0));
  }

  @Test
  void siblingsOfForbiddenRegionsAndForbiddenPeers_areNeitherAskedNorTold() throws Exception {
    Sample file = origin.publish(55, 1);
    TestCacher warm = cacher(ServingRules.NONE);
    assertServed(warm, file.name(0));
    TestCacher byRegion =
        cacher(
            rules(
                Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(new Region("eu-west-9"))));
    byRegion.placement =
        Placement.of(
            TestCacher.REGION,
            List.of(warm.record(new Region("eu-west-9")), byRegion.record()),
            StakeView.NONE);
    assertServed(byRegion, file.name(0));
    assertThat(byRegion.counts.of("fetched MINER DELIVERED")).isOne();
    assertThat(byRegion.counts.of("fetched HOME DELIVERED")).isZero();

    TestCacher byPeer =
        cacher(rules(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(warm.host.peerId()), Set.of()));
    TestCacher.introduce(warm, byPeer);
    assertServed(byPeer, file.name(0));
    assertThat(byPeer.counts.of("fetched MINER DELIVERED")).isOne();
    assertThat(byPeer.counts.of("fetched HOME DELIVERED")).isZero();
  }
}
