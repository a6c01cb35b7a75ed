package io.tributary.libp2p.portmap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.Inet4Address;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;

/** That whatever a gateway sends is read or refused, and nothing else. */
class PortMapFuzzTest {
  private static final PortWish WISH = new PortWish(PortKind.TCP, 4001, 4001, Duration.ofHours(1));
  private static final Inet4Address GATEWAY = Ip4.parse("192.0.2.1").orElseThrow();

  @FuzzTest
  void datagram(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      PcpMessage.readMapped(in, new byte[PcpMessage.NONCE_BYTES], WISH)
          .ifPresent(each -> assertThat(each.port()).isBetween(0, 0xFFFF));
      PcpMessage.readAnnounced(in).ifPresent(each -> assertThat(each).isNotNegative());
      NatPmpMessage.readMapped(in, WISH)
          .ifPresent(each -> assertThat(each.lifetime().isNegative()).isFalse());
      NatPmpMessage.readAddress(in).ifPresent(each -> assertThat(each.address()).isNotNull());
    } catch (GatewayException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }

  @FuzzTest
  void page(byte[] bytes) {
    try {
      URI control =
          DeviceDescription.mapping(bytes, GATEWAY, URI.create("http://192.0.2.1/d")).control();
      assertThat(GatewayUri.leadsTo(GATEWAY, control)).isTrue();
    } catch (GatewayException expected) {
      assertThat(expected.reason()).isNotNull();
    }
    try {
      DeviceDescription.Service service =
          new DeviceDescription.Service("urn:x:1", URI.create("http://192.0.2.1/c"));
      assertThat(new SoapCall(service, "Add", Map.of()).read(200, bytes).values().size())
          .isLessThanOrEqualTo(SoapCall.MAX_VALUES);
    } catch (GatewayException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }

  @FuzzTest
  void text(byte[] bytes) {
    String text = new String(bytes, ISO_8859_1);
    assertThat(ProcRoutes.gateway(text)).isNotNull();
    assertThat(SsdpSearch.location(text)).isNotNull();
  }
}
