package io.tributary.region.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.region.TestMembers;
import io.tributary.region.record.CacherRecord;
import io.tributary.region.record.SignedRecord;
import io.tributary.region.record.Validity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {
  private static final long TIB = 1L << 40;
  private static final StakeView ENOUGH = record -> Long.MAX_VALUE;

  private static SignedRecord member(int number, long capacityBytes, Multiaddr... addresses) {
    return SignedRecord.seal(
        new CacherRecord(
            TestMembers.key(number).peerId(),
            List.of(addresses),
            TestMembers.EU,
            TestMembers.offer(capacityBytes),
            1,
            new Validity(TestMembers.NOW, Duration.ofHours(1)),
            false),
        TestMembers.key(number));
  }

  private static Multiaddr ip(String ip) {
    return Multiaddr.parse((ip.contains(":") ? "/ip6/" : "/ip4/") + ip + "/tcp/1");
  }

  private static double sum(double[] weights, int from, int to) {
    return Arrays.stream(weights, from, to).sum();
  }

  @Test
  void weight_isTheSmallerOfCapacityAndStake() {
    List<SignedRecord> members = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      members.add(member(i, (i + 1) * TIB, TestMembers.address(i)));
    }
    double[] weights = Weights.of(members, record -> 3 * TIB);
    assertThat(weights[0]).isEqualTo(1 << 20);
    assertThat(weights[1]).isEqualTo(2 << 20);
    assertThat(weights[2]).isEqualTo(3 << 20);
    assertThat(weights[9]).isEqualTo(3 << 20);
  }

  @Test
  void unstaked_shareAtMostATenth() {
    List<SignedRecord> members = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      members.add(member(i, 4 * TIB, TestMembers.address(i)));
    }
    StakeView stakes =
        record -> members.stream().limit(20).anyMatch(m -> m.record().equals(record)) ? 4 * TIB : 0;
    double[] weights = Weights.of(members, stakes);
    double unstaked = sum(weights, 20, 60) / sum(weights, 0, 60);
    assertThat(unstaked).isLessThanOrEqualTo(0.1).isGreaterThan(0.04);
  }

  @Test
  void unstaked_amongThemselves_areNotCapped() {
    List<SignedRecord> members = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      members.add(member(i, (i + 1) * TIB, TestMembers.address(i)));
    }
    assertThat(Weights.of(members, StakeView.NONE)).containsOnly((double) Weights.UNSTAKED_MIB);
  }

  @Test
  void stake_thatIsNegative_countsAsNone() {
    List<SignedRecord> members = List.of(member(1, 9 * TIB, TestMembers.address(1)));
    assertThat(Weights.of(members, record -> -1)).containsExactly(Weights.UNSTAKED_MIB);
  }

  @Test
  void addressGroup_withMostOfTheCapacity_getsAQuarterAtMost() {
    List<SignedRecord> members = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      members.add(member(i, TIB, TestMembers.address(i)));
    }
    for (int i = 20; i < 60; i++) {
      members.add(member(i, 1000 * TIB, ip("11.99.99." + i)));
    }
    double[] weights = Weights.of(members, ENOUGH);
    assertThat(sum(weights, 20, 60) / sum(weights, 0, 60))
        .isLessThanOrEqualTo(0.25)
        .isGreaterThan(0.1);
    assertThat(weights[25]).as("alike within the group").isEqualTo(weights[55]);
  }

  @Test
  void addressGroups_ofManyGroups_getEightTimesTheirPartAtMost() {
    List<SignedRecord> members = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      members.add(member(i, TIB, TestMembers.address(i)));
    }
    for (int i = 200; i < 250; i++) {
      members.add(member(i, 100 * TIB, ip("2001:4860:4860::" + i)));
    }
    double[] weights = Weights.of(members, ENOUGH);
    assertThat(sum(weights, 200, 250) / sum(weights, 0, 250)).isLessThanOrEqualTo(8.0 / 201);
  }

  @Test
  void addressGroup_ofOneMachine_leavesWeightsInProportion() {
    List<SignedRecord> members = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      members.add(member(i, (i + 1) * TIB, ip("127.0.0.1")));
    }
    double[] weights = Weights.of(members, ENOUGH);
    assertThat(weights[7] / weights[0]).isCloseTo(8, within(1e-9));
  }

  @Test
  void member_withoutAnIpAddress_isInTheGroupOfAllSuch() {
    CacherRecord one = member(1, TIB, Multiaddr.parse("/dns4/a.example/tcp/1")).record();
    CacherRecord other = member(2, TIB, Multiaddr.parse("/dns4/b.example/tcp/1")).record();
    assertThat(AddressGroup.of(one)).isEqualTo(AddressGroup.of(other));
    CacherRecord third = member(3, TIB, ip("11.1.2.3")).record();
    assertThat(AddressGroup.of(third))
        .isEqualTo(AddressGroup.of(member(4, TIB, ip("11.1.2.250")).record()))
        .isNotEqualTo(AddressGroup.of(member(5, TIB, ip("11.1.3.3")).record()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void cap_isTheLargestPowerOfTwoThatNoGroupRaisesByItself(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int count = 5 + random.nextInt(100);
    long[] groups = random.longs(count, 1, 1L << (10 + random.nextInt(40))).toArray();
    double share = Math.min(0.25, 8.0 / count);
    long cap = Weights.cap(groups);
    assertThat(Long.bitCount(cap)).isEqualTo(1);
    assertThat((double) cap).as("seed %s", seed).isLessThanOrEqualTo(share * capped(groups, cap));
    assertThat(2.0 * cap)
        .as("seed %s", seed)
        .isGreaterThan(share * capped(groups, 2 * cap) * (1 - 1e-9));
  }

  private static double capped(long[] groups, long cap) {
    return Arrays.stream(groups).mapToDouble(group -> Math.min(group, cap)).sum();
  }
}
