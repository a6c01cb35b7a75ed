package io.tributary.origin.chain.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.origin.chain.RpcEndpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EndpointPoolTest {
  private static final RpcEndpoint A = RpcEndpoint.parse("http://a:1");
  private static final RpcEndpoint B = RpcEndpoint.parse("ws://b:2");
  private static final RpcEndpoint C = RpcEndpoint.parse("https://c:3");

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final EndpointPool pool =
      new EndpointPool(List.of(A, B, C), RpcLimits.DEFAULT, () -> now);

  @Test
  void order_atFirst_isAsConfigured() {
    assertThat(pool.order()).containsExactly(A, B, C);
  }

  @Test
  void endpoint_thatAnswered_comesFirst() {
    pool.succeeded(C);
    assertThat(pool.order()).containsExactly(C, A, B);
  }

  @Test
  void endpoint_thatFailed_comesLastUntilItHasRested() {
    assertThat(pool.failed(A)).isEqualTo(Duration.ofSeconds(10));
    assertThat(pool.order()).containsExactly(B, C, A);
    now = now.plusSeconds(10);
    assertThat(pool.order()).containsExactly(A, B, C);
  }

  @Test
  void endpoints_thatAllRest_areAskedTheMostRestedFirst() {
    pool.failed(B);
    now = now.plusSeconds(1);
    pool.failed(A);
    now = now.plusSeconds(1);
    pool.failed(C);
    assertThat(pool.order()).containsExactly(B, A, C);
  }

  @Test
  void rest_doublesToItsLimitAndAnAnswerEndsIt() {
    List<Long> seconds = IntStream.range(0, 8).mapToObj(i -> pool.failed(A).toSeconds()).toList();
    assertThat(seconds).containsExactly(10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L);
    pool.succeeded(A);
    assertThat(pool.order()).containsExactly(A, B, C);
    assertThat(pool.failed(A)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void pool_ofNoneOfTooManyOrOfTheSameTwice_isRefused() {
    List<RpcEndpoint> many =
        IntStream.range(0, 17).mapToObj(i -> RpcEndpoint.parse("http://a:" + (i + 1))).toList();
    Stream.of(List.<RpcEndpoint>of(), many, List.of(A, A))
        .forEach(
            endpoints ->
                assertThatThrownBy(() -> new EndpointPool(endpoints, RpcLimits.DEFAULT, () -> now))
                    .isInstanceOf(IllegalArgumentException.class));
  }
}
