package io.tributary.retriever.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.retriever.node.access.ClientBudgets.Admission;
import io.tributary.retriever.node.access.ClientBudgets.Shortage;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ClientBudgetsTest {
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void rate_isKeptAfterTheBurst_andRefills() throws Exception {
    ClientBudgets budgets = new ClientBudgets(new ClientLimits(2, 3, 99, 1000, 9), nanos::get);
    InetAddress client = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < 3; i++) {
      assertThat(budgets.admit(client)).isInstanceOf(Admission.Granted.class);
    }
    assertThat(budgets.admit(client))
        .isEqualTo(new Admission.Refused(Shortage.RATE_LIMITED, Duration.ofMillis(500)));
    assertThat(budgets.admit(InetAddress.getByName("192.0.2.2")))
        .isInstanceOf(Admission.Granted.class);

    nanos.addAndGet(Duration.ofMillis(500).toNanos());

    assertThat(budgets.admit(client)).isInstanceOf(Admission.Granted.class);
    assertThat(budgets.admit(client)).isInstanceOf(Admission.Refused.class);
  }

  @Test
  void addressesOfOneIpv6Network_areOneClient() throws Exception {
    ClientBudgets budgets = new ClientBudgets(new ClientLimits(1, 1, 9, 1000, 9), nanos::get);

    assertThat(budgets.admit(InetAddress.getByName("2001:db8::1")))
        .isInstanceOf(Admission.Granted.class);
    assertThat(budgets.admit(InetAddress.getByName("2001:db8::ffff:2")))
        .isInstanceOf(Admission.Refused.class);
    assertThat(budgets.admit(InetAddress.getByName("2001:db8:0:1::1")))
        .isInstanceOf(Admission.Granted.class);
  }

  @Test
  void leases_countUntilTheyAreClosedOnce() throws Exception {
    ClientBudgets budgets = new ClientBudgets(new ClientLimits(99, 99, 1, 1000, 9), nanos::get);
    InetAddress client = InetAddress.getByName("192.0.2.1");
    ClientBudgets.Lease lease = ((Admission.Granted) budgets.admit(client)).lease();

    assertThat(((Admission.Refused) budgets.admit(client)).shortage())
        .isEqualTo(Shortage.TOO_MANY_REQUESTS_AT_ONCE);
    lease.close();
    lease.close();
    assertThat(budgets.admit(client)).isInstanceOf(Admission.Granted.class);
    assertThat(budgets.admit(client)).isInstanceOf(Admission.Refused.class);
  }

  @Test
  void quota_isGoneOnceItIsCrossed_andComesBackWithTime() throws Exception {
    ClientBudgets budgets = new ClientBudgets(new ClientLimits(99, 99, 9, 1000, 9), nanos::get);
    InetAddress client = InetAddress.getByName("192.0.2.1");
    ((Admission.Granted) budgets.admit(client)).lease().sent(1500);

    Admission.Refused refused = (Admission.Refused) budgets.admit(client);
    assertThat(refused.shortage()).isEqualTo(Shortage.QUOTA_EXHAUSTED);
    assertThat(refused.retryAfter()).isBetween(Duration.ofHours(11), Duration.ofHours(13));

    nanos.addAndGet(Duration.ofHours(13).toNanos());
    assertThat(budgets.admit(client)).isInstanceOf(Admission.Granted.class);
  }

  @Test
  void blocks_areReadStrictly() throws Exception {
    AddressBlock block = AddressBlock.parse("10.20.0.0/14");
    assertThat(block.contains(InetAddress.getByName("10.23.255.255"))).isTrue();
    assertThat(block.contains(InetAddress.getByName("10.24.0.0"))).isFalse();
    assertThat(block.contains(InetAddress.getByName("2001:db8::1"))).isFalse();
    assertThat(AddressBlock.parse("2001:db8::/33").prefixBits()).isEqualTo(33);
    for (String wrong : new String[] {"10.0.0.1/8", "a", "10.0.0.0/33", "10.0.0.0/-1", ""}) {
      assertThatThrownBy(() -> AddressBlock.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
