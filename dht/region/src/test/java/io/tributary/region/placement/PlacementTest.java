package io.tributary.region.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.content.FragmentHash;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.Region;
import io.tributary.region.TestMembers;
import io.tributary.region.record.CacherRecord;
import io.tributary.region.record.SignedRecord;
import io.tributary.region.record.Validity;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
  private static final Region WEST = new Region("eu-west");
  private static final Region WEST_3 = new Region("eu-west-3");
  private static final StakeView ENOUGH = record -> Long.MAX_VALUE;

  private static List<SignedRecord> members(int from, int to, Region region) {
    List<SignedRecord> members = new ArrayList<>();
    for (int i = from; i < to; i++) {
      members.add(TestMembers.member(i, region));
    }
    return members;
  }

  @Test
  void homes_areThoseOfTheGoldenVectors() throws Exception {
    JsonNode golden;
    try (InputStream in = PlacementTest.class.getResourceAsStream("homes.json")) {
      golden = new ObjectMapper().readTree(in);
    }
    Region region = new Region(golden.get("region").asText());
    List<SignedRecord> members = new ArrayList<>();
    Map<PeerId, Long> allowed = new HashMap<>();
    for (JsonNode each : golden.get("members")) {
      PrivateKey key = PrivateKey.ofEd25519Seed(HexFormat.of().parseHex(each.get("seed").asText()));
      CacherRecord record =
          new CacherRecord(
              key.peerId(),
              List.of(Multiaddr.parse("/ip4/" + each.get("ip").asText() + "/tcp/4001")),
              region,
              TestMembers.offer(each.get("capacityBytes").asLong()),
              1,
              new Validity(TestMembers.NOW, Duration.ofHours(1)),
              false);
      SignedRecord member = SignedRecord.seal(record, key);
      assertThat(HexFormat.of().toHexDigits(member.key()))
          .isEqualTo(each.get("memberKey").asText());
      members.add(member);
      allowed.put(key.peerId(), each.get("allowedBytes").asLong());
    }
    Placement placement =
        Placement.of(region, members, record -> allowed.getOrDefault(record.peer(), 0L));
    assertThat(golden.get("fragments")).hasSize(60);
    for (JsonNode each : golden.get("fragments")) {
      List<String> homes = new ArrayList<>();
      each.get("homes").forEach(home -> homes.add(home.asText()));
      assertThat(placement.homes(FragmentHash.parse(each.get("fragment").asText()), homes.size()))
          .extracting(home -> HexFormat.of().toHexDigits(home.key()))
          .isEqualTo(homes);
    }
  }

  @Test
  void homes_doNotDependOnTheOrderOfMembers() {
    List<SignedRecord> members = TestMembers.members(100, TestMembers.EU);
    List<SignedRecord> shuffled = new ArrayList<>(members);
    Collections.shuffle(shuffled, new Random(3));
    Placement one = Placement.of(TestMembers.EU, members, ENOUGH);
    Placement other = Placement.of(TestMembers.EU, shuffled, ENOUGH);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      FragmentHash fragment = TestMembers.fragment(random);
      assertThat(one.homes(fragment, 5)).isEqualTo(other.homes(fragment, 5));
    }
  }

  @Test
  void level_isTheMostSpecificWithEightMembers() {
    List<SignedRecord> members = members(0, 7, WEST_3);
    members.addAll(members(7, 20, new Region("eu-east")));
    assertThat(Placement.of(WEST_3, members, ENOUGH).level()).isEqualTo(TestMembers.EU);
    assertThat(Placement.of(WEST_3, members, ENOUGH).size()).isEqualTo(20);

    members.add(TestMembers.member(20, new Region("eu-west-1")));
    Placement west = Placement.of(WEST_3, members, ENOUGH);
    assertThat(west.level()).isEqualTo(WEST);
    assertThat(west.size()).isEqualTo(8);

    members.add(TestMembers.member(21, WEST_3));
    Placement west3 = Placement.of(WEST_3, members, ENOUGH);
    assertThat(west3.level()).isEqualTo(WEST_3);
    assertThat(west3.homes(TestMembers.fragment(new SplittableRandom(1)), 8))
        .allMatch(home -> home.record().region().equals(WEST_3));
  }

  @Test
  void level_ofAFewMembers_isTheWidest() {
    Placement placement = Placement.of(WEST_3, members(0, 3, WEST_3), ENOUGH);
    assertThat(placement.level()).isEqualTo(TestMembers.EU);
    assertThat(placement.homes(TestMembers.fragment(new SplittableRandom(1)), 10)).hasSize(3);
  }

  @Test
  void members_outsideTheLevel_areLeftOut() {
    List<SignedRecord> members = members(0, 10, TestMembers.EU);
    members.addAll(members(10, 30, new Region("as")));
    assertThat(Placement.of(TestMembers.EU, members, ENOUGH).size()).isEqualTo(10);
  }

  @Test
  void count_outOfBounds_isRefused() {
    Placement placement = Placement.of(TestMembers.EU, List.of(), ENOUGH);
    FragmentHash fragment = TestMembers.fragment(new SplittableRandom(1));
    assertThat(placement.homes(fragment, 1)).isEmpty();
    assertThatThrownBy(() -> placement.homes(fragment, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> placement.homes(fragment, 65))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void joining_takesOnlyTheNewMembersShare(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<SignedRecord> members = TestMembers.members(150, TestMembers.EU);
    Placement before = Placement.of(TestMembers.EU, members, ENOUGH);
    SignedRecord joined = TestMembers.member(150, TestMembers.EU);
    members.add(joined);
    Placement after = Placement.of(TestMembers.EU, members, ENOUGH);
    for (int i = 0; i < 2000; i++) {
      FragmentHash fragment = TestMembers.fragment(random);
      List<SignedRecord> now = new ArrayList<>(after.homes(fragment, 4));
      List<SignedRecord> old = before.homes(fragment, 4);
      boolean taken = now.remove(joined);
      assertThat(now).as("seed %s", seed).isEqualTo(taken ? old.subList(0, 3) : old);
    }
  }
}
