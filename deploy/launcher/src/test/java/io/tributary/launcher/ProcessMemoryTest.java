package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The memory of this process and its children. */
@EnabledOnOs(OS.LINUX)
final class ProcessMemoryTest {
  private static final int MUCH = 96 << 20;

  @Test
  void memoryTaken_isSeen() {
    long before = ProcessMemory.nowBytes();
    ByteBuffer taken = ByteBuffer.allocateDirect(MUCH);
    for (int at = 0; at < MUCH; at += 1024) {
      taken.put(at, (byte) 1);
    }
    assertThat(ProcessMemory.nowBytes() - before).isGreaterThan(MUCH / 2);
    assertThat(taken.get(0)).isOne();
  }

  @Test
  void mostOfTheTimeWatched_isTold() {
    try (ProcessMemory memory = ProcessMemory.watching()) {
      await().atMost(Duration.ofSeconds(20)).until(() -> memory.mostBytes().orElse(0) > 16 << 20);
    }
  }
}
