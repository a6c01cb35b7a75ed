package io.tributary.cacher.node.process;

import io.tributary.cacher.node.CacherNode;
import io.tributary.cacher.node.config.CacherConfig;
import io.tributary.cacher.node.demand.DemandFigures;
import io.tributary.cacher.node.demand.DemandSettings;
import io.tributary.cacher.node.metrics.DhtMeters;
import io.tributary.cacher.node.region.RegionPresence;
import io.tributary.cacher.store.Occupancy;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotStats;
import io.tributary.ledger.Amount;
import io.tributary.ledger.book.LaneBook;
import io.tributary.ledger.book.Ledger;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.region.reach.NodeReach;
import io.tributary.reward.SettlementService;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a cacher tells its operator of itself, as a tree for JSON. Answers at once. */
public final class CacherState {
  /** The most peers that are listed. */
  static final int MAX_PEERS = 200;

  private final CacherConfig config;
  private final NetworkProfile profile;
  private final Host host;
  private final NodeReach reach;
  private final HotFragments hot;
  private final Ledger ledger;
  private final CacherNode node;
  private final Optional<RegionPresence> region;
  private final DhtMeters dht;
  private final Redemptions redemptions;
  private final Clock clock;
  private final Instant startedAt;

  CacherState(
      CacherConfig config,
      NetworkProfile profile,
      Host host,
      NodeReach reach,
      HotFragments hot,
      Ledger ledger,
      CacherNode node,
      Optional<RegionPresence> region,
      DhtMeters dht,
      Redemptions redemptions,
      Clock clock) {
    this.config = config;
    this.profile = profile;
    this.host = host;
    this.reach = reach;
    this.hot = hot;
    this.ledger = ledger;
    this.node = node;
    this.region = region;
    this.dht = dht;
    this.redemptions = redemptions;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  /** Returns maps, lists, texts and numbers. */
  public Map<String, ?> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("kind", "cacher");
    tree.put("network", profile.name());
    tree.put("peer", host.peerId().toString());
    tree.put(
        "addresses",
        host.addresses().stream().map(each -> each.withPeerId(host.peerId()).toString()).toList());
    tree.put("uptimeSeconds", Duration.between(startedAt, clock.instant()).toSeconds());
    tree.put("reach", reach.report().tree());
    tree.put("store", store());
    tree.put("serving", serving());
    tree.put("region", region());
    tree.put("money", money());
    tree.put("peers", peers());
    return tree;
  }

  private Map<String, Object> store() {
    HotStats stats = hot.stats();
    Occupancy all = stats.fragments().plus(stats.small());
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("fragments", all.fragments());
    tree.put("usedBytes", all.usedBytes());
    tree.put("quotaBytes", all.limitBytes());
    tree.put("keptBytes", stats.keptBytes());
    tree.put("opened", stats.fragmentsOpening().kind().name());
    return tree;
  }

  private Map<String, Object> serving() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("open", node.fragments().openBodies());
    tree.put("fills", node.fills().underWay());
    tree.put("maxFills", node.fills().maxUnderWay());
    tree.put("filesKnown", node.catalog().size());
    tree.put("absences", node.fills().absences());
    tree.put("outage", node.outage().isOn());
    tree.put("replication", replication(node.demand().figures()));
    tree.put("prefetch", prefetch(node.demand().figures()));
    return tree;
  }

  private static Map<String, Object> replication(DemandFigures figures) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("fragmentsTracked", figures.tracked());
    Map<String, Object> raised = new LinkedHashMap<>();
    for (int homes = DemandSettings.BASE_HOMES + 1; homes < figures.byHomes().size(); homes++) {
      if (figures.byHomes().get(homes) > 0) {
        raised.put(Integer.toString(homes), figures.byHomes().get(homes));
      }
    }
    tree.put("fragmentsByHomes", raised);
    tree.put("asking", figures.asking());
    return tree;
  }

  private static Map<String, Object> prefetch(DemandFigures figures) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("bytesPerSecond", figures.prefetchBytesPerSecond());
    tree.put("budgetBytes", figures.prefetchBudgetBytes());
    tree.put("bytes", figures.prefetchedBytes());
    tree.put("fragments", figures.prefetchedFragments());
    tree.put("used", figures.prefetchedUsed());
    return tree;
  }

  private Map<String, Object> region() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", config.region().name());
    tree.put("level", region.map(each -> each.placement().level().name()).orElse(""));
    tree.put("members", region.map(each -> each.placement().size()).orElse(0));
    tree.put("dhtPeers", dht.peers());
    return tree;
  }

  private Map<String, Object> money() {
    Amount received = Amount.ZERO;
    Amount unredeemed = Amount.ZERO;
    Amount issued = Amount.ZERO;
    List<LaneBook> lanes = ledger.lanes();
    for (LaneBook lane : lanes) {
      received =
          received.plus(lane.received().map(each -> each.voucher().amount()).orElse(Amount.ZERO));
      unredeemed = unredeemed.plus(lane.unredeemed());
      issued = issued.plus(lane.issued().map(each -> each.voucher().amount()).orElse(Amount.ZERO));
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("pricePerGib", node.price().toString());
    tree.put("payout", config.payment().payout().toString());
    tree.put("lanes", lanes.size());
    tree.put("received", received.toString());
    tree.put("unredeemed", unredeemed.toString());
    tree.put("issued", issued.toString());
    tree.put("ledger", ledger.trouble().map(Enum::name).orElse("OK"));
    tree.put("chain", redemptions.status().map(CacherState::chain).orElse(Map.of()));
    return tree;
  }

  private static Map<String, Object> chain(SettlementService.Status status) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("escrow", status.escrow().state().name());
    status.escrow().freshAt().ifPresent(at -> tree.put("readAt", at.toString()));
    status.escrow().block().ifPresent(block -> tree.put("block", block));
    status.trouble().ifPresent(why -> tree.put("trouble", why));
    status
        .redemptions()
        .ifPresent(
            each -> {
              tree.put("redeemed", each.redeemed().toString());
              tree.put("waiting", each.waiting().toString());
              tree.put("refusedLanes", each.refused().size());
              each.latest()
                  .ifPresent(
                      last -> {
                        tree.put("redemption", last.state().name());
                        tree.put("redemptionNote", last.note());
                      });
            });
    return tree;
  }

  private List<Map<String, Object>> peers() {
    return host.connections().stream().limit(MAX_PEERS).map(this::peer).toList();
  }

  private Map<String, Object> peer(Connection connection) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("peer", connection.remotePeer().toString());
    tree.put("address", connection.remoteAddress().toString());
    tree.put(
        "region",
        region
            .flatMap(each -> each.regionOf(connection.remotePeer()))
            .map(each -> each.name())
            .orElse(""));
    return tree;
  }
}
