package io.tributary.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tributary.libp2p.multiformats.MalformedFormatException.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrTest {
  private static final PeerId ALICE =
      PeerId.parse("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");
  private static final PeerId BOB = PeerId.parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/udp/1234, 047f000001910204d2",
    "/ip4/127.0.0.1/tcp/4321, 047f0000010610e1",
    "/ip4/127.0.0.1/udp/1234/ip4/127.0.0.1/tcp/4321, 047f000001910204d2047f0000010610e1",
    "/ip6/2001:8a0:7ac5:4201:3ac9:86ff:fe31:7095/tcp/8000, 29200108a07ac542013ac986fffe317095061f40",
    "/ip4/1.2.3.4/udp/80/quic-v1, 040102030491020050cd03",
    "/ip4/1.2.3.4/tcp/80/ws, 0401020304060050dd03",
    "/ip4/1.2.3.4/tcp/80/tls/ws, 0401020304060050c003dd03",
    "/ip4/127.0.0.1/tcp/9090/wss, 047f000001062382de03",
    "/dns4/example.com/tcp/443, 360b6578616d706c652e636f6d0601bb",
    "/p2p-circuit, a202",
  })
  void address_hasTheseBytes(String text, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThat(Multiaddr.parse(text).toBytes()).isEqualTo(bytes);
    assertThat(Multiaddr.decode(bytes)).hasToString(text).isEqualTo(Multiaddr.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "/ip6/2001:DB8:0:0:0:0:0:1/tcp/1, /ip6/2001:db8::1/tcp/1",
    "/ip6/::ffff:192.0.2.1/tcp/1, /ip6/::ffff:192.0.2.1/tcp/1",
    "/ip6/::ffff:c000:201/tcp/1, /ip6/::ffff:192.0.2.1/tcp/1",
    "/ip6/::/tcp/1, /ip6/::/tcp/1",
    "/ipfs/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N,"
        + " /p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
    "/p2p/bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe,"
        + " /p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
  })
  void address_isWrittenInOneForm(String text, String canonical) {
    assertThat(Multiaddr.parse(text)).hasToString(canonical);
    assertThat(Multiaddr.parse(canonical)).isEqualTo(Multiaddr.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "//",
        "ip4/127.0.0.1",
        "/ip4",
        "/ip4/",
        "/ip4/127.0.0.1/",
        "/ip4/127.0.0",
        "/ip4/127.0.0.1.1",
        "/ip4/127.0.0.256",
        "/ip4/127.0.0.01",
        "/ip4/::1",
        "/ip4/localhost",
        "/ip6/127.0.0.1",
        "/ip6/fe80::1%eth0",
        "/ip6/[::1]",
        "/ip6/:::1",
        "/ip6/::1.2.3",
        "/ip6/::1.2.3.04",
        "/ip6/1.2.3.4::",
        "/ip6/1:2:3:4:5:6:7:1.2.3.4",
        "/ip6/1:2:3:4:5:6:7:8:9",
        "/ip4/127.0.0.1/tcp",
        "/ip4/127.0.0.1/tcp/",
        "/ip4/127.0.0.1/tcp/-1",
        "/ip4/127.0.0.1/tcp/+1",
        "/ip4/127.0.0.1/tcp/080",
        "/ip4/127.0.0.1/tcp/65536",
        "/ip4/127.0.0.1/tcp/1 ",
        "/ip4/127.0.0.1/quic-v1/1",
        "/dns4//tcp/1",
        "/dns4/./tcp/1",
        "/dns4/a..b/tcp/1",
        "/dns4/exämple.com/tcp/1",
        "/p2p/",
        "/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
        "/p2p/bafkreie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe",
        "/certhash/uAA",
        "/ip6zone//ip6/fe80::1",
      })
  void text_malformed_isRefused(String text) {
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(() -> Multiaddr.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "'', TRUNCATED",
    "04, TRUNCATED",
    "047f0000, TRUNCATED",
    "0406, TRUNCATED",
    "84007f000001, NOT_CANONICAL",
    "3600, BAD_VALUE",
    "3601ff, BAD_CHARACTER",
    "36012f, BAD_CHARACTER",
    "a5032212, TRUNCATED",
    "a50300, TRUNCATED",
    "36ff01, TOO_LONG",
    "9003022f61, REFUSED_CODE",
    "21, UNKNOWN_CODE",
    "ffffffffffffffff7f, UNKNOWN_CODE",
  })
  void bytes_malformed_areSkippedWithReason(String hex, Reason reason) {
    assertThat(Multiaddr.tryDecode(HexFormat.of().parseHex(hex)))
        .isInstanceOfSatisfying(
            DecodedAddress.Skipped.class,
            skipped -> assertThat(skipped.reason()).isEqualTo(reason));
  }

  @Test
  void address_tooLong_isRefused() {
    String most = "/p2p-circuit".repeat(Multiaddr.MAX_COMPONENTS);
    byte[] mostBytes = Multiaddr.parse(most).toBytes();
    byte[] tooMany = HexFormat.of().parseHex("a202".repeat(Multiaddr.MAX_COMPONENTS + 1));

    assertThat(Multiaddr.decode(mostBytes)).hasToString(most);
    assertRefused(Reason.TOO_LONG, () -> Multiaddr.parse(most + "/p2p-circuit"));
    assertRefused(Reason.TOO_LONG, () -> Multiaddr.decode(tooMany));
    assertRefused(Reason.TOO_LONG, () -> Multiaddr.decode(new byte[Multiaddr.MAX_BYTES + 1]));
    assertRefused(
        Reason.TOO_LONG, () -> Multiaddr.parse("/ip4/" + "1".repeat(Multiaddr.MAX_CHARS)));
  }

  @Test
  void address_malformed_isQuotedHarmlessly() {
    String zone = "a\nb".repeat(30);
    byte[] bytes = new byte[2 + zone.length()];
    bytes[0] = 42;
    bytes[1] = (byte) zone.length();
    System.arraycopy(zone.getBytes(StandardCharsets.US_ASCII), 0, bytes, 2, zone.length());

    assertThat(Multiaddr.tryDecode(bytes))
        .isInstanceOfSatisfying(
            DecodedAddress.Skipped.class,
            skipped -> assertThat(skipped.detail()).contains("'a?ba?b").hasSizeLessThan(100));
  }

  @Test
  void unix_isRefusedByName() {
    assertRefused(Reason.REFUSED_CODE, () -> Multiaddr.parse("/unix/etc/passwd"));
  }

  @Test
  void peerId_ofRelayedAddress_isTheOneBehindTheRelay() {
    Multiaddr relay = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001/p2p/" + ALICE);
    Multiaddr open = relay.with(AddressComponent.of(AddressProtocol.P2P_CIRCUIT));
    Multiaddr relayed = open.withPeerId(BOB);

    assertThat(relay.peerId()).isEqualTo(Optional.of(ALICE));
    assertThat(open.peerId()).isEmpty();
    assertThat(relayed.peerId()).isEqualTo(Optional.of(BOB));
    assertThat(relayed.isRelayed()).isTrue();
    assertThat(relayed.relay()).isEqualTo(Optional.of(relay));
    assertThat(relay.isRelayed()).isFalse();
    assertThat(relay.relay()).isEmpty();
  }

  @Test
  void withPeerId_ofAnotherPeer_isRefused() {
    Multiaddr bare = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
    Multiaddr alices = bare.withPeerId(ALICE);

    assertThat(alices.withPeerId(ALICE)).isEqualTo(alices);
    assertThat(alices.withoutPeerId()).isEqualTo(bare);
    assertRefused(Reason.BAD_VALUE, () -> alices.withPeerId(BOB));
  }

  @Test
  void decapsulate_cutsAtTheRightmostPlace() {
    Multiaddr address = Multiaddr.parse("/ip4/192.0.2.1/tcp/1/ip4/192.0.2.1/tcp/2/ws");
    Multiaddr ip = Multiaddr.parse("/ip4/192.0.2.1");

    assertThat(address.decapsulate(AddressProtocol.TCP))
        .hasValue(Multiaddr.parse("/ip4/192.0.2.1/tcp/1/ip4/192.0.2.1"));
    assertThat(address.decapsulate(ip)).hasValue(Multiaddr.parse("/ip4/192.0.2.1/tcp/1"));
    assertThat(address.decapsulate(AddressProtocol.UDP)).hasValue(address);
    assertThat(ip.decapsulate(ip)).isEmpty();
    assertThat(ip.encapsulate(Multiaddr.parse("/tcp/1")).decapsulate(Multiaddr.parse("/tcp/1")))
        .hasValue(ip);
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.7", "2001:db8::7", "0.0.0.0", "::"})
  void socketAddress_becomesAnAddressAndBack(String ip) throws Exception {
    InetSocketAddress socket = new InetSocketAddress(InetAddress.getByName(ip), 4001);

    assertThat(Multiaddr.tcp(socket).toSocketAddress()).hasValue(socket);
    assertThat(Multiaddr.quicV1(socket).toSocketAddress()).hasValue(socket);
    assertThat(Multiaddr.quicV1(socket).protocols().get(2)).isEqualTo(AddressProtocol.QUIC_V1);
  }

  @Test
  void toSocketAddress_ofName_looksNothingUp() {
    Multiaddr named = Multiaddr.parse("/dns4/localhost/tcp/80");

    assertThat(named.toSocketAddress()).isEmpty();
    assertThat(named.hostName()).hasValue("localhost");
    assertThat(named.scope()).isEmpty();
    assertThat(Multiaddr.parse("/ip4/192.0.2.1").toSocketAddress()).isEmpty();
    assertThat(Multiaddr.parse("/ip4/192.0.2.1/ws").toSocketAddress()).isEmpty();
  }

  @Test
  void toSocketAddress_withZone_needsThatInterface() {
    assertThat(Multiaddr.parse("/ip6zone/1/ip6/fe80::1/tcp/80").toSocketAddress())
        .hasValueSatisfying(socket -> assertThat(socket.getPort()).isEqualTo(80));
    assertThat(Multiaddr.parse("/ip6zone/no-such0/ip6/fe80::1/tcp/80").toSocketAddress()).isEmpty();
    assertThat(Multiaddr.parse("/ip6zone/lo").toSocketAddress()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.8.9.1/tcp/1, LOOPBACK",
    "/ip6/::1/tcp/1, LOOPBACK",
    "/ip6/::ffff:127.0.0.1/tcp/1, LOOPBACK",
    "/ip4/0.0.0.0/tcp/1, UNSPECIFIED",
    "/ip6/::/tcp/1, UNSPECIFIED",
    "/ip4/10.255.0.1/tcp/1, PRIVATE",
    "/ip4/172.16.0.1/tcp/1, PRIVATE",
    "/ip4/172.31.255.255/tcp/1, PRIVATE",
    "/ip4/172.32.0.0/tcp/1, PUBLIC",
    "/ip4/192.168.1.1/tcp/1, PRIVATE",
    "/ip6/fd00::1/tcp/1, PRIVATE",
    "/ip6/64:ff9b::10.0.0.1/tcp/1, PRIVATE",
    "/ip6/2002:c0a8:0101::1/tcp/1, PRIVATE",
    "/ip4/169.254.1.1/tcp/1, LINK_LOCAL",
    "/ip6/fe80::1/tcp/1, LINK_LOCAL",
    "/ip6zone/eth0/ip6/fe80::1/tcp/1, LINK_LOCAL",
    "/ip4/100.64.0.1/tcp/1, SHARED",
    "/ip4/100.128.0.1/tcp/1, PUBLIC",
    "/ip4/224.0.0.1/tcp/1, MULTICAST",
    "/ip6/ff02::1/tcp/1, MULTICAST",
    "/ip4/192.0.2.1/tcp/1, RESERVED",
    "/ip4/255.255.255.255/tcp/1, RESERVED",
    "/ip6/2001:db8::1/tcp/1, RESERVED",
    "/ip4/8.8.8.8/tcp/1, PUBLIC",
    "/ip6/2606:4700::1111/tcp/1, PUBLIC",
  })
  void scope_isThatOfTheFirstIpAddress(String text, IpScope scope) {
    Multiaddr address = Multiaddr.parse(text);

    assertThat(address.scope()).hasValue(scope);
    assertThat(address.isLoopback()).isEqualTo(scope == IpScope.LOOPBACK);
    assertThat(address.isPublic()).isEqualTo(scope == IpScope.PUBLIC);
    assertThat(address.isPrivate())
        .isEqualTo(List.of(IpScope.PRIVATE, IpScope.SHARED, IpScope.LINK_LOCAL).contains(scope));
  }

  private static void assertRefused(Reason reason, Runnable call) {
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
