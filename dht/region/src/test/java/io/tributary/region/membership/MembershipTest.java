package io.tributary.region.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.region.Region;
import io.tributary.region.TestMembers;
import io.tributary.region.gossip.GossipMessage;
import io.tributary.region.gossip.GossipMessage.Answer;
import io.tributary.region.gossip.GossipMessage.Parcel;
import io.tributary.region.gossip.Marks;
import io.tributary.region.membership.TestRegion.Node;
import io.tributary.region.record.Accusation;
import io.tributary.region.record.CacherRecord;
import io.tributary.region.record.Refusal;
import io.tributary.region.record.SignedRecord;
import io.tributary.region.record.Validity;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MembershipTest {
  private static final Region EU = TestMembers.EU;
  private static final Region WEST_3 = new Region("eu-west-3");

  private static Parcel parcel(List<SignedRecord> records, List<Accusation> accusations) {
    return new Parcel(EU, records, accusations, Marks.NONE);
  }

  private static SignedRecord record(TestRegion region, int number, long sequence) {
    CacherRecord template = TestMembers.record(number, EU, sequence);
    return SignedRecord.seal(
        new CacherRecord(
            template.peer(),
            template.addresses(),
            EU,
            template.offer(),
            sequence,
            new Validity(region.time.clock().instant(), Duration.ofHours(1)),
            false),
        TestMembers.key(number));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void members_thatJoinOneByOne_knowEachOther(long seed) {
    TestRegion region = TestRegion.of(40, WEST_3, seed);
    assertThat(region.allKnowAll()).as("seed %s", seed).isTrue();
    assertThat(
            region.nodes.stream().map(node -> node.membership.digest()).collect(Collectors.toSet()))
        .as("seed %s", seed)
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void change_reachesEverybody_alsoWhenMessagesAreLost(long seed) {
    TestRegion region = TestRegion.of(40, EU, seed);
    region.loss(0.1);
    Node changed = region.nodes.get(7);
    changed.capacityBytes = 2L << 40;
    changed.membership.renew();
    region.pass(25);
    assertThat(region.nodes)
        .as("seed %s", seed)
        .allSatisfy(
            node ->
                assertThat(node.membership.find(changed.key))
                    .get()
                    .extracting(record -> record.record().offer().capacityBytes())
                    .isEqualTo(2L << 40));
  }

  @Test
  void members_ofDifferentSubregions_gossipInTheLevelsTheyShare() {
    TestRegion region = new TestRegion(4);
    for (int i = 0; i < 24; i++) {
      region.add(new Region(i % 2 == 0 ? "eu-west-3" : "eu-east"));
    }
    region.pass(60);
    assertThat(region.allKnowAll()).isTrue();
    Node west = region.nodes.get(0);
    assertThat(west.membership.partners(WEST_3))
        .isNotEmpty()
        .allMatch(partner -> partner.record().region().equals(WEST_3));
    assertThat(west.membership.partners(EU)).hasSize(5);
  }

  @Test
  void farewell_isKnownAtOnce() {
    TestRegion region = TestRegion.of(30, EU, 5);
    Node gone = region.nodes.get(3);
    gone.membership.leave(gone::crash);
    region.pass(10);
    assertThat(region.nodes)
        .filteredOn(node -> node.alive)
        .hasSize(29)
        .noneMatch(node -> node.knows(gone));
    assertThat(region.refusals).doesNotContainKey(Refusal.BAD_WITNESS);
  }

  @Test
  void crash_isNoticedByWitnessesAndKnown() {
    TestRegion region = TestRegion.of(30, EU, 6);
    Node gone = region.nodes.get(3);
    gone.crash();
    region.pass(15);
    assertThat(region.nodes)
        .as("a suspect may still answer")
        .filteredOn(node -> node.alive)
        .anyMatch(node -> node.knows(gone));
    region.pass(60);
    assertThat(region.nodes).filteredOn(node -> node.alive).noneMatch(node -> node.knows(gone));
  }

  @Test
  void member_thatRestarts_isKnownAgainUnderAHigherSequence() {
    TestRegion region = TestRegion.of(30, EU, 7);
    Node restarted = region.nodes.get(3);
    restarted.crash();
    region.pass(90);
    restarted.restart();
    region.pass(30);
    assertThat(region.allKnowAll()).isTrue();
  }

  @Test
  void member_whoseClockWentBack_raisesItsSequenceAboveItsOldRecord() {
    TestRegion region = TestRegion.of(20, EU, 8);
    Node node = region.nodes.get(3);
    SignedRecord future = record(region, 3, region.time.clock().millis() + 1_000_000);
    region
        .nodes
        .get(5)
        .membership
        .receive(region.nodes.get(6).identity.peerId(), parcel(List.of(future), List.of()));
    region.pass(30);
    long own = node.membership.ownRecord().orElseThrow().record().sequence();
    assertThat(own).isGreaterThan(future.record().sequence());
    assertThat(region.nodes)
        .allSatisfy(
            other ->
                assertThat(other.membership.find(node.key).orElseThrow().record().sequence())
                    .isEqualTo(own));
  }

  @Test
  void falseTestimony_ofOneMember_condemnsNobody() {
    TestRegion region = TestRegion.of(30, EU, 9);
    Node liar = region.nodes.get(0);
    for (int i = 0; i < 60; i++) {
      Node victim = region.nodes.get(1 + i % 29);
      Accusation lie =
          Accusation.seal(
              victim.membership.ownRecord().orElseThrow(),
              region.time.clock().instant(),
              liar.identity);
      for (Node judge : region.nodes) {
        judge.membership.receive(liar.identity.peerId(), parcel(List.of(), List.of(lie)));
      }
      region.pass(1);
    }
    assertThat(region.allKnowAll()).isTrue();
  }

  @Test
  void falseTestimony_ofThreeMembers_isAnsweredInTime() {
    TestRegion region = TestRegion.of(30, EU, 10);
    Node victim = region.nodes.get(20);
    SignedRecord before = victim.membership.ownRecord().orElseThrow();
    for (int liar = 0; liar < 3; liar++) {
      Accusation lie =
          Accusation.seal(before, region.time.clock().instant(), region.nodes.get(liar).identity);
      region
          .nodes
          .get(5)
          .membership
          .receive(region.nodes.get(liar).identity.peerId(), parcel(List.of(), List.of(lie)));
    }
    for (int i = 0; i < 60; i++) {
      region.pass(1);
      assertThat(region.nodes).allMatch(node -> node.knows(victim));
    }
    assertThat(victim.membership.ownRecord().orElseThrow().record().sequence())
        .isGreaterThan(before.record().sequence());
  }

  @Test
  void testimony_ofStrangersAndOfTheAccusedItself_isRefused() {
    TestRegion region = TestRegion.of(10, EU, 11);
    Node judge = region.nodes.get(0);
    SignedRecord accused = region.nodes.get(1).membership.ownRecord().orElseThrow();
    for (int witness : new int[] {1, 500, 501, 502}) {
      Accusation lie =
          Accusation.seal(accused, region.time.clock().instant(), TestMembers.key(witness));
      judge.membership.receive(TestMembers.key(500).peerId(), parcel(List.of(), List.of(lie)));
    }
    assertThat(region.refusals).containsEntry(Refusal.BAD_WITNESS, 4);
  }

  @Test
  void testimony_thatIsOldOrFromTheFuture_isRefused() {
    TestRegion region = TestRegion.of(10, EU, 12);
    Node judge = region.nodes.get(0);
    SignedRecord accused = region.nodes.get(1).membership.ownRecord().orElseThrow();
    for (Duration when : List.of(Duration.ofMinutes(-11), Duration.ofMinutes(3))) {
      Accusation lie =
          Accusation.seal(
              accused, region.time.clock().instant().plus(when), region.nodes.get(2).identity);
      judge.membership.receive(
          region.nodes.get(2).identity.peerId(), parcel(List.of(), List.of(lie)));
    }
    assertThat(region.refusals)
        .containsEntry(Refusal.EXPIRED, 1)
        .containsEntry(Refusal.FROM_THE_FUTURE, 1);
  }

  @Test
  void record_olderOrTwofold_isRefused() {
    TestRegion region = TestRegion.of(10, EU, 13);
    Node judge = region.nodes.get(0);
    SignedRecord known = record(region, 700, 50);
    judge.membership.receive(
        region.nodes.get(1).identity.peerId(), parcel(List.of(known), List.of()));
    region.pass(10);
    SignedRecord twofold = record(region, 700, 50);
    judge.membership.receive(
        region.nodes.get(1).identity.peerId(),
        parcel(List.of(record(region, 700, 49), known, twofold), List.of()));
    assertThat(judge.membership.find(known.key())).contains(known);
    assertThat(twofold).isNotEqualTo(known);
    assertThat(region.refusals)
        .containsEntry(Refusal.STALE, 1)
        .containsEntry(Refusal.EQUIVOCATION, 1);
  }

  @Test
  void flood_ofOneIdentity_isTakenAtTheAllowedRateAndItsLatestRecordInTheEnd() {
    TestRegion region = TestRegion.of(20, EU, 14);
    Node flooder = region.nodes.get(4);
    Node judge = region.nodes.get(9);
    int taken = 0;
    long last = 0;
    for (int i = 0; i < 600; i++) {
      flooder.membership.renew();
      region.time.pass(Duration.ofMillis(100));
      long now = judge.membership.find(flooder.key).orElseThrow().record().sequence();
      taken += now == last ? 0 : 1;
      last = now;
    }
    assertThat(taken).isBetween(5, 1 + Roster.UPDATE_BURST + 60 / 5);
    region.pass(40);
    long latest = flooder.membership.ownRecord().orElseThrow().record().sequence();
    assertThat(region.nodes)
        .allSatisfy(
            node ->
                assertThat(node.membership.find(flooder.key).orElseThrow().record().sequence())
                    .isEqualTo(latest));
  }

  @Test
  void record_ofAnotherRegion_isRefused() {
    TestRegion region = TestRegion.of(10, EU, 15);
    Node judge = region.nodes.get(0);
    SignedRecord stranger = TestMembers.member(900, new Region("asia"));
    judge.membership.receive(
        region.nodes.get(1).identity.peerId(), parcel(List.of(stranger), List.of()));
    judge.membership.receive(
        region.nodes.get(1).identity.peerId(),
        new Answer(new Region("asia"), 0, Marks.NONE, Marks.NONE, List.of()));
    assertThat(judge.membership.find(stranger.key())).isEmpty();
    assertThat(region.refusals).containsEntry(Refusal.BAD_REGION, 2);
  }

  @Test
  void expired_isForgotten() {
    TestRegion region = TestRegion.of(3, EU, 16);
    Node gone = region.nodes.get(2);
    gone.crash();
    region.pass(60);
    assertThat(region.nodes.get(0).knows(gone)).as("too few witnesses").isTrue();
    region.pass(3 * 3600);
    assertThat(region.nodes.get(0).membership.find(gone.key)).isEmpty();
    assertThat(region.nodes.get(0).knows(region.nodes.get(1))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void partition_heals(long seed) {
    TestRegion region = TestRegion.of(40, EU, seed);
    region.cut((from, to) -> from.number % 2 != to.number % 2);
    region.pass(150);
    Node one = region.nodes.get(0);
    assertThat(region.nodes.stream().filter(one::knows).count())
        .as("known in one half, seed %s", seed)
        .isLessThan(30);
    assertThat(region.nodes)
        .filteredOn(node -> node.number % 2 == 0)
        .as("seed %s", seed)
        .allMatch(one::knows);
    region.cut((from, to) -> false);
    region.pass(120);
    assertThat(region.allKnowAll()).as("seed %s", seed).isTrue();
  }

  @Test
  void node_thatIsCutOff_accusesNobody() {
    TestRegion region = TestRegion.of(20, EU, 17);
    Node alone = region.nodes.get(4);
    region.cut((from, to) -> from == alone || to == alone);
    region.pass(300);
    long known = region.nodes.stream().filter(alone::knows).count();
    assertThat(known).isEqualTo(20);
    assertThat(region.nodes).filteredOn(node -> node != alone).noneMatch(node -> node.knows(alone));
    region.cut((from, to) -> false);
    region.pass(120);
    assertThat(region.allKnowAll()).isTrue();
  }

  @Test
  void observer_knowsMembersAndIsNone() {
    TestRegion region = TestRegion.of(15, EU, 18);
    Node observer = region.add(EU, false);
    region.pass(30);
    assertThat(observer.membership.members()).hasSize(15);
    assertThat(region.nodes.get(0).membership.members()).hasSize(15);
    assertThat(observer.membership.ownRecord()).isEmpty();
  }

  @Test
  void coldJoin_isOneSnapshot() {
    TestRegion region = TestRegion.of(60, EU, 19);
    Node joiner = region.add(EU);
    region.pass(2);
    assertThat(joiner.membership.members()).hasSizeGreaterThanOrEqualTo(60);
    assertThat(joiner.snapshotBytes).isBetween(60L * 200, 60L * (SignedRecord.MAX_BYTES + 3) + 64);
  }

  @Test
  void restored_members_areKnownWithoutASnapshot() {
    TestRegion region = TestRegion.of(20, EU, 20);
    Node node = region.nodes.get(4);
    List<SignedRecord> saved = node.membership.members();
    node.crash();
    region.pass(5);
    long before = node.snapshotBytes;
    node.restart();
    node.membership.restore(saved);
    region.pass(20);
    assertThat(region.allKnowAll()).isTrue();
    assertThat(node.snapshotBytes).isEqualTo(before);
  }

  @Test
  void snapshots_areGivenInABurstAndThenNowAndThen() {
    TestRegion region = TestRegion.of(10, EU, 21);
    Node giver = region.nodes.get(0);
    Node greedy = region.nodes.get(1);
    request(giver, greedy, 0, Membership.SNAPSHOT_BURST + 5);
    assertThat(region.refusals).containsEntry(Refusal.BUSY, 5);
    region.time.pass(Membership.SNAPSHOT_EVERY);
    request(giver, greedy, 0, 2);
    assertThat(region.refusals).containsEntry(Refusal.BUSY, 6);
  }

  @Test
  void pagesOfSnapshots_areLimitedWhoeverAsks() {
    TestRegion region = TestRegion.of(10, EU, 22);
    Node giver = region.nodes.get(0);
    int half = Membership.PAGE_BURST / 2;
    request(giver, region.nodes.get(1), 1, half);
    request(giver, region.nodes.get(2), 1, half);
    assertThat(region.refusals).doesNotContainKey(Refusal.BUSY);
    request(giver, region.nodes.get(3), 1, 3);
    assertThat(region.refusals).containsEntry(Refusal.BUSY, 3);
    region.time.pass(Membership.PAGE_EVERY.multipliedBy(2));
    request(giver, region.nodes.get(3), 1, 3);
    assertThat(region.refusals).containsEntry(Refusal.BUSY, 4);
  }

  private static void request(Node giver, Node asker, long from, int times) {
    for (int i = 0; i < times; i++) {
      giver.membership.receive(
          asker.identity.peerId(), new GossipMessage.SnapshotRequest(EU, from));
    }
  }
}
