package io.tributary.region.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.region.TestMembers;
import io.tributary.region.record.Accusation;
import io.tributary.region.record.SignedRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemberTableTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void table_behavesLikeAMap(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<SignedRecord> pool = TestMembers.members(120, TestMembers.EU);
    Accusation accusation = Accusation.seal(pool.get(0), TestMembers.NOW, TestMembers.key(1));
    Doubt doubt = Doubt.none(0).with(accusation, Instant.MIN, 1);
    MemberTable table = new MemberTable(random.nextLong());
    Map<Long, Boolean> model = new HashMap<>();
    for (int step = 0; step < 5000; step++) {
      SignedRecord record = pool.get(random.nextInt(pool.size()));
      int slot = table.find(record.key());
      switch (random.nextInt(3)) {
        case 0 -> {
          table.put(record);
          model.put(record.key(), false);
        }
        case 1 -> {
          if (slot != MemberTable.NOBODY) {
            table.remove(slot);
            model.remove(record.key());
          }
        }
        default -> {
          if (slot != MemberTable.NOBODY) {
            table.doubt(slot, doubt);
            model.put(record.key(), true);
          }
        }
      }
      assertThat(table.size()).isEqualTo(model.size());
      assertThat(table.doubted())
          .isEqualTo((int) model.values().stream().filter(doubted -> doubted).count());
      if (step % 50 == 0) {
        for (SignedRecord each : pool) {
          int at = table.find(each.key());
          assertThat(at != MemberTable.NOBODY)
              .as("seed %s, step %s", seed, step)
              .isEqualTo(model.containsKey(each.key()));
          if (at != MemberTable.NOBODY) {
            assertThat(table.record(at)).isEqualTo(each);
            assertThat(table.doubt(at) != null).isEqualTo(model.get(each.key()));
          }
        }
      }
    }
  }
}
