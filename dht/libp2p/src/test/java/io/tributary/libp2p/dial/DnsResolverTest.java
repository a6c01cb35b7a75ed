package io.tributary.libp2p.dial;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.transport.IoEngine;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Name resolution against a name server on loopback. */
class DnsResolverTest {
  private static final String PEER = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";
  private static final String OTHER = "12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X";

  /**
   * What a server that answers is given; its answers are slow to make when leaks are looked for.
   */
  private static final long TIMEOUT_MILLIS = 10_000;

  private static final long SHORT_TIMEOUT_MILLIS = 300;

  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 1);
  private final DnsServer server = new DnsServer(io);
  private DnsResolver resolver = resolver(TIMEOUT_MILLIS);

  private DnsResolver resolver(long timeoutMillis) {
    return new DnsResolver(
        io,
        builder ->
            builder
                .nameServerProvider(new SingletonDnsServerAddressStreamProvider(server.address()))
                .queryTimeoutMillis(timeoutMillis));
  }

  private void hurry() {
    resolver.close();
    resolver = resolver(SHORT_TIMEOUT_MILLIS);
  }

  @AfterEach
  void stop() {
    resolver.close();
    server.close();
    io.close();
  }

  private Future<List<Multiaddr>> outcome(String address) {
    Future<List<Multiaddr>> resolving = resolver.resolve(Multiaddr.parse(address));
    assertThat(resolving.awaitUninterruptibly(20, TimeUnit.SECONDS)).as("in time").isTrue();
    return resolving;
  }

  private List<String> resolve(String address) {
    Future<List<Multiaddr>> outcome = outcome(address);
    assertThat(outcome.cause()).isNull();
    return outcome.getNow().stream().map(Multiaddr::toString).toList();
  }

  // dns, dns4, dns6

  @Test
  void addressWithoutAName_isItself_andAsksNobody() {
    assertThat(resolve("/ip4/192.0.2.1/tcp/1")).containsExactly("/ip4/192.0.2.1/tcp/1");
    assertThat(server.asked).isEmpty();
  }

  @Test
  void dns4_becomesEachIp4Address_andTheRestStays() {
    server.ip("four.test", "192.0.2.1", "192.0.2.2", "2001:db8::1");
    assertThat(resolve("/dns4/four.test/tcp/1/p2p/" + PEER))
        .containsExactlyInAnyOrder(
            "/ip4/192.0.2.1/tcp/1/p2p/" + PEER, "/ip4/192.0.2.2/tcp/1/p2p/" + PEER);
  }

  @Test
  void dns6_becomesEachIp6Address() {
    server.ip("six.test", "192.0.2.1", "2001:db8::1");
    assertThat(resolve("/dns6/six.test/udp/1/quic-v1"))
        .containsExactly("/ip6/2001:db8::1/udp/1/quic-v1");
  }

  @Test
  void dns_becomesBoth() {
    server.ip("both.test", "192.0.2.1", "2001:db8::1");
    assertThat(resolve("/dns/both.test/tcp/1"))
        .containsExactlyInAnyOrder("/ip4/192.0.2.1/tcp/1", "/ip6/2001:db8::1/tcp/1");
  }

  @Test
  void nameWithManyAddresses_isCutOff() {
    for (int i = 0; i < 200; i++) {
      server.ip("many.test", "192.0.2." + i);
    }
    assertThat(resolve("/dns4/many.test/tcp/1")).hasSize(DnsResolver.MAX_ADDRESSES);
  }

  @Test
  void unknownName_fails() {
    assertThat(outcome("/dns4/nobody.test/tcp/1").cause()).isInstanceOf(UnknownHostException.class);
  }

  @Test
  void silentServer_failsInTime() {
    hurry();
    server.silentAbout("silent.test");
    assertThat(outcome("/dns4/silent.test/tcp/1").cause()).isInstanceOf(UnknownHostException.class);
    assertThat(outcome("/dnsaddr/silent.test").cause()).isNotNull();
  }

  // dnsaddr

  @Test
  void dnsaddr_isWhatItsTextRecordsSay() {
    server.dnsaddr(
        "boot.test", "/ip4/192.0.2.1/tcp/1/p2p/" + PEER, "/ip6/2001:db8::1/tcp/1/p2p/" + OTHER);
    assertThat(resolve("/dnsaddr/boot.test"))
        .containsExactlyInAnyOrder(
            "/ip4/192.0.2.1/tcp/1/p2p/" + PEER, "/ip6/2001:db8::1/tcp/1/p2p/" + OTHER);
  }

  @Test
  void dnsaddrOfAPeer_leavesOthersOut() {
    server.dnsaddr(
        "boot.test",
        "/ip4/192.0.2.1/tcp/1/p2p/" + PEER,
        "/ip4/192.0.2.2/tcp/1/p2p/" + OTHER,
        "/ip4/192.0.2.3/tcp/1");
    assertThat(resolve("/dnsaddr/boot.test/p2p/" + PEER))
        .containsExactly("/ip4/192.0.2.1/tcp/1/p2p/" + PEER);
  }

  @Test
  void dnsaddr_mayLeadToFurtherNames() {
    server
        .dnsaddr(
            "boot.test", "/dnsaddr/am.boot.test/p2p/" + PEER, "/dns4/sv.test/tcp/4001/p2p/" + PEER)
        .dnsaddr(
            "am.boot.test", "/ip4/192.0.2.1/tcp/1/p2p/" + PEER, "/ip4/192.0.2.9/tcp/1/p2p/" + OTHER)
        .ip("sv.test", "192.0.2.2");
    assertThat(resolve("/dnsaddr/boot.test"))
        .containsExactlyInAnyOrder(
            "/ip4/192.0.2.1/tcp/1/p2p/" + PEER, "/ip4/192.0.2.2/tcp/4001/p2p/" + PEER);
  }

  @Test
  void oneNameThatFails_doesNotSpoilTheOthers() {
    hurry();
    server
        .dnsaddr(
            "boot.test",
            "/dns4/nobody.test/tcp/1",
            "/dns4/silent.test/tcp/1",
            "/ip4/192.0.2.1/tcp/1")
        .silentAbout("silent.test");
    assertThat(resolve("/dnsaddr/boot.test")).containsExactly("/ip4/192.0.2.1/tcp/1");
  }

  @Test
  void textThatIsNoAddress_isSkipped() {
    server
        .txt("_dnsaddr.boot.test", "v=spf1 -all")
        .txt("_dnsaddr.boot.test", "dnsaddr=/ip4/999.0.0.1/tcp/1")
        .txt("_dnsaddr.boot.test", "dnsaddr=")
        .raw(DnsRecordType.TXT, "_dnsaddr.boot.test", Unpooled.wrappedBuffer(new byte[] {9, 'd'}))
        .dnsaddr("boot.test", "/ip4/192.0.2.1/tcp/1");
    assertThat(resolve("/dnsaddr/boot.test")).containsExactly("/ip4/192.0.2.1/tcp/1");
  }

  @Test
  void textInSeveralStrings_isOneText() {
    String relayed = "/ip4/192.0.2.1/tcp/1/p2p/" + PEER + "/p2p-circuit/p2p/" + OTHER;
    server.txt("_dnsaddr.boot.test", "dnsaddr=" + relayed);
    server.txt("_dnsaddr.long.test", "dnsaddr=" + longAddress());

    assertThat(resolve("/dnsaddr/boot.test")).containsExactly(relayed);
    assertThat(resolve("/dnsaddr/long.test")).containsExactly(longAddress());
  }

  /** An address of more than the 255 characters that one string holds. */
  private static String longAddress() {
    String relay = "/ip4/192.0.2.1/tcp/1/p2p/" + PEER;
    String certhash = "/certhash/uEiDkzMjeDPbfRFjvCRnhNQDRmT0qnxJBhBgVpVcSEbUZzg".repeat(3);
    return "/ip4/192.0.2.1/udp/1/quic-v1/webtransport"
        + certhash
        + relay.substring(relay.indexOf("/p2p"));
  }

  @Test
  void namesThatLeadToEachOther_endAtTheDepthLimit() {
    server.dnsaddr("ping.test", "/dnsaddr/pong.test").dnsaddr("pong.test", "/dnsaddr/ping.test");
    assertThat(resolve("/dnsaddr/ping.test")).isEmpty();
    assertThat(server.timesAsked(DnsRecordType.TXT)).isLessThanOrEqualTo(DnsResolver.MAX_DEPTH);
  }

  @Test
  void namesThatMultiply_endAtTheCountLimit() {
    for (int i = 0; i < 30; i++) {
      server.dnsaddr("root.test", "/dnsaddr/n" + i + ".test");
      for (int j = 0; j < 30; j++) {
        server.dnsaddr("n" + i + ".test", "/dnsaddr/n" + i + "-" + j + ".test");
        server.dnsaddr("n" + i + "-" + j + ".test", "/ip4/192.0.2.1/tcp/1");
      }
    }
    assertThat(resolve("/dnsaddr/root.test")).hasSizeLessThanOrEqualTo(DnsResolver.MAX_ADDRESSES);
    assertThat(server.timesAsked(DnsRecordType.TXT)).isLessThanOrEqualTo(DnsResolver.MAX_NAMES);
  }

  private void addGiant() {
    for (int i = 0; i < 1000; i++) {
      server.dnsaddr("giant.test", "/ip4/192.0.2.1/tcp/" + (i + 1));
    }
  }

  @Test
  void giantAnswer_thatTheServerCutsOff_isTakenUpToTheLimit() {
    addGiant();
    assertThat(resolve("/dnsaddr/giant.test")).hasSize(DnsResolver.MAX_ADDRESSES);
  }

  @Test
  void giantAnswer_longerThanADatagramMayBe_isReadAsFarAsItCame() {
    addGiant();
    server.maxAnswerBytes = 50_000;
    assertThat(resolve("/dnsaddr/giant.test")).hasSize(DnsResolver.MAX_ADDRESSES);
  }

  @Test
  void answerThatWasCutOff_isAskedForAgainByTcp() {
    for (int i = 1; i <= 10; i++) {
      server.dnsaddr("long.test", "/ip4/192.0.2." + i + "/tcp/1/p2p/" + PEER);
    }
    server.maxAnswerBytes = 500;
    assertThat(resolve("/dnsaddr/long.test")).hasSize(10);
    assertThat(server.askedByTcp)
        .containsExactly(new DnsServer.Question(DnsRecordType.TXT, "_dnsaddr.long.test"));
  }

  @Test
  void dnsaddrThatNobodyKnows_fails() {
    assertThat(outcome("/dnsaddr/nobody.test").cause()).isInstanceOf(UnknownHostException.class);
  }
}
