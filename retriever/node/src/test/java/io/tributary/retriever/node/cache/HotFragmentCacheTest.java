package io.tributary.retriever.node.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotOptions;
import io.tributary.cacher.store.hot.StoreMetrics;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.exchange.FragmentName;
import io.tributary.retriever.engine.cache.CachedFragment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HotFragmentCacheTest {
  private static final byte[] BYTES = new byte[Layout.FRAGMENT_BYTES];
  private static final FragmentName NAME;

  static {
    new SplittableRandom(1).nextBytes(BYTES);
    NAME =
        new FragmentName(
            new Fid(Digest.of(new byte[32])), 0, 0, new FragmentHash(Sha256.of(BYTES)));
  }

  private final ExecutorService hashing = Executors.newFixedThreadPool(1);
  @TempDir private Path directory;

  @AfterEach
  void stop() {
    hashing.shutdownNow();
  }

  private HotFragments open() throws Exception {
    return HotFragments.open(
        directory, HotOptions.ofQuota(HotOptions.MIN_QUOTA_BYTES), hashing, StoreMetrics.NONE);
  }

  @Test
  void offeredFragment_isFound_andItsSlicesOutliveIt() throws Exception {
    try (HotFragments hot = open()) {
      HotFragmentCache cache = new HotFragmentCache(hot);
      assertThat(cache.find(NAME)).isEmpty();
      cache.offer(NAME, Unpooled.wrappedBuffer(BYTES));

      CachedFragment found = cache.find(NAME).orElseThrow();
      ByteBuf slice = found.slice(1_000_000, 5_000);
      found.close();
      found.close();

      byte[] read = new byte[5_000];
      slice.getBytes(0, read);
      assertThat(read).isEqualTo(Arrays.copyOfRange(BYTES, 1_000_000, 1_005_000));
      assertThat(hot.occupancy().pins()).isEqualTo(1);
      slice.release();
      assertThat(hot.occupancy().pins()).isZero();
    }
  }

  @Test
  void wrongBytes_areNotKept() throws Exception {
    try (HotFragments hot = open()) {
      HotFragmentCache cache = new HotFragmentCache(hot);
      byte[] wrong = BYTES.clone();
      wrong[5] ^= 1;
      cache.offer(NAME, Unpooled.wrappedBuffer(wrong));
      cache.offer(NAME, Unpooled.wrappedBuffer(BYTES, 0, 1000));

      assertThat(cache.find(NAME)).isEmpty();
    }
  }

  @Test
  void fragmentOfAnEarlierRun_isFoundOnceItIsChecked() throws Exception {
    try (HotFragments hot = open()) {
      new HotFragmentCache(hot).offer(NAME, Unpooled.wrappedBuffer(BYTES));
    }
    try (HotFragments hot = open()) {
      HotFragmentCache cache = new HotFragmentCache(hot);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                Optional<CachedFragment> found = cache.find(NAME);
                found.ifPresent(CachedFragment::close);
                return found.isPresent();
              });
    }
  }
}
