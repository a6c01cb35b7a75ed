package io.tributary.libp2p.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostTimes;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.limits.ResourceLimits;
import io.tributary.libp2p.limits.ScopeLimit;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.yamux.YamuxMuxer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whoever comes too often, too many, or unwanted: the door stays shut, for a reason with a name.
 */
class HostileDoorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  // Each test makes its own before anything else.
  @SuppressWarnings("NullAway.Init")
  private Victim victim;

  private final List<Channel> channels = new ArrayList<>();
  private final List<HostilePeer> peers = new ArrayList<>();

  @AfterEach
  void everybodyElseIsUnharmed() {
    peers.forEach(HostilePeer::close);
    channels.forEach(each -> each.close().awaitUninterruptibly());
    victim.assertUnharmed();
    victim.close();
  }

  private static ResourceLimits limits(int total, int perPeer, int pending, int low, int high) {
    ResourceLimits usual = ResourceLimits.defaults();
    return new ResourceLimits(
        new ScopeLimit(total, total, 1000, 1000),
        new ScopeLimit(perPeer, perPeer, 1000, 1000),
        usual.perProtocol(),
        usual.perPeerAndProtocol(),
        Map.of(),
        pending,
        8,
        low,
        high);
  }

  private Channel connect() {
    Channel channel = HostilePeer.open(victim.io(), victim.host);
    channel.pipeline().addLast(new Quiet());
    channels.add(channel);
    return channel;
  }

  private static void awaitClosed(Channel channel) {
    assertThat(channel.closeFuture().awaitUninterruptibly(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void connections_beyondThePendingOnes_areTurnedAway() {
    victim = new Victim(builder -> builder.limits(limits(100, 8, 4, 80, 90)));
    for (int i = 0; i < 4; i++) {
      connect();
    }
    await().atMost(PATIENCE).until(() -> victim.host.usage().pendingInbound() == 4);

    awaitClosed(connect());

    victim.awaitCount("refused TOO_MANY_PENDING", 1);
    victim.assertFriendIsServed();
  }

  @Test
  void connections_beyondTheTotal_areTurnedAway() {
    victim = new Victim(builder -> builder.limits(limits(5, 8, 100, 80, 90)));
    for (int i = 0; i < 4; i++) {
      connect();
    }
    await().atMost(PATIENCE).until(() -> victim.host.usage().pendingInbound() == 4);

    awaitClosed(connect());

    victim.awaitCount("refused TOO_MANY_CONNECTIONS", 1);
    victim.awaitCount("limit TOTAL INBOUND_CONNECTIONS", 1);
    victim.assertFriendIsServed();
  }

  @Test
  void connections_beyondThoseOfOnePeer_areTurnedAwayAfterTheHandshake() {
    victim = new Victim(builder -> builder.limits(limits(100, 2, 100, 80, 90)));
    PrivateKey key = PrivateKey.generate(new SecureRandom());
    peers.add(attacker(key));
    peers.add(attacker(key));
    await()
        .atMost(PATIENCE)
        .until(() -> victim.host.resources().used(key.peerId(), Resource.INBOUND_CONNECTIONS) == 2);

    HostilePeer third = attacker(key);

    third.awaitClosed();
    victim.awaitCount("refused TOO_MANY_OF_PEER", 1);
    victim.awaitCount("limit PEER INBOUND_CONNECTIONS", 1);
  }

  private HostilePeer attacker(PrivateKey key) {
    return HostilePeer.connect(victim.io(), victim.host, key, YamuxMuxer.PROTOCOL_ID);
  }

  @Test
  void connections_tooOftenFromOneBlock_areTurnedAway() {
    victim = new Victim(builder -> builder.inboundRate(0.001, 5));
    for (int i = 0; i < 4; i++) {
      connect();
    }

    awaitClosed(connect());

    victim.awaitCount("refused RATE_LIMITED", 1);
    assertThat(victim.host.usage().rateLimitedPrefixes()).isEqualTo(1);
  }

  @Test
  void deniedBlock_isTurnedAway_andTheConnectedStay() {
    victim = new Victim(builder -> builder);
    victim.host.access().deny(IpPrefix.parse("127.0.0.0/8"));

    awaitClosed(connect());

    victim.awaitCount("refused ADDRESS_DENIED", 1);
    victim.host.access().forget(IpPrefix.parse("127.0.0.0/8"));
  }

  @Test
  void deniedPeer_isTurnedAwayAfterTheHandshake() {
    victim = new Victim(builder -> builder);
    PrivateKey key = PrivateKey.generate(new SecureRandom());
    victim.host.access().deny(key.peerId());

    attacker(key).awaitClosed();

    victim.awaitCount("refused PEER_DENIED", 1);
    assertThat(victim.host.connection(key.peerId())).isEmpty();
  }

  @Test
  void peerWithTheHostsOwnIdentity_isTurnedAway() {
    victim = new Victim(builder -> builder);

    attacker(victim.host.identity()).awaitClosed();

    victim.awaitCount("refused OWN_IDENTITY", 1);
  }

  /** Idle connections fill the host; once they are old enough they make room by themselves. */
  @Test
  void hostFullOfIdleConnections_makesRoom() {
    HostTimes usual = HostTimes.defaults();
    victim =
        new Victim(
            builder ->
                builder
                    .limits(limits(10, 8, 100, 4, 8))
                    .times(
                        new HostTimes(
                            usual.upgradeNegotiation(),
                            usual.streamNegotiation(),
                            usual.dial(),
                            usual.dialHeadStart(),
                            usual.duplicateGrace(),
                            Duration.ofMillis(500))));
    victim.host.tags().protect(victim.friend().peerId(), "test");
    for (int i = 0; i < 9; i++) {
      peers.add(attacker(PrivateKey.generate(new SecureRandom())));
    }

    victim.awaitCount("closed " + CloseReason.TRIMMED, 6);
    HostilePeer late = attacker(PrivateKey.generate(new SecureRandom()));
    peers.add(late);
    assertThat(late.isOpen()).isTrue();
  }

  @Test
  void stop_endsWhatIsPending() {
    victim = new Victim(builder -> builder);
    Host other = victim.hosts.dialling(io.tributary.libp2p.security.noise.NoiseProtocol::new);
    TestHosts.connect(other, victim.host);

    TestHosts.await(other.stop());

    assertThat(other.connections()).isEmpty();
    assertThat(other.resources().used(Resource.OUTBOUND_CONNECTIONS)).isZero();
  }

  private static final class Quiet extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
