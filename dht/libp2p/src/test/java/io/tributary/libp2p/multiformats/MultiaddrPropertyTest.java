package io.tributary.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.libp2p.JsVectors;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That text and bytes of an address say the same, for addresses of js and for random ones. */
class MultiaddrPropertyTest {

  static Stream<JsonNode> jsAddresses() {
    return JsVectors.each("addresses");
  }

  @ParameterizedTest
  @MethodSource("jsAddresses")
  void address_hasTheBytesItHasInJs(JsonNode vector) {
    String text = vector.get("text").asText();
    byte[] bytes = JsVectors.bytes(vector, "hex");

    assertThat(Multiaddr.parse(text).toBytes()).isEqualTo(bytes);
    assertThat(Multiaddr.decode(bytes)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void address_random_isReadBackFromTextAndBytes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 2_000; i++) {
      Multiaddr address = randomAddress(random);
      String context = "seed " + seed + ": " + address;

      assertThat(Multiaddr.parse(address.toString())).as(context).isEqualTo(address);
      assertThat(Multiaddr.decode(address.toBytes())).as(context).isEqualTo(address);
      assertThat(Multiaddr.of(address.components())).as(context).isEqualTo(address);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void address_bent_isRefusedOrReadBack(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int usable = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = randomAddress(random).toBytes();
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      if (Multiaddr.tryDecode(bytes) instanceof DecodedAddress.Usable read) {
        usable++;
        assertThat(read.address().toBytes()).as("seed %d", seed).isEqualTo(bytes);
        assertThat(Multiaddr.parse(read.address().toString()))
            .as("seed %d: %s", seed, HexFormat.of().formatHex(bytes))
            .isEqualTo(read.address());
      }
    }
    assertThat(usable).as("addresses that survived a flipped bit").isBetween(1, 4_999);
  }

  private static Multiaddr randomAddress(SplittableRandom random) {
    List<AddressComponent> components = new ArrayList<>();
    int count = random.nextInt(1, 8);
    AddressProtocol[] protocols = AddressProtocol.values();
    for (int i = 0; i < count; i++) {
      AddressProtocol protocol = protocols[random.nextInt(protocols.length)];
      components.add(
          protocol.hasValue()
              ? AddressComponent.of(protocol, randomValue(protocol.value(), random))
              : AddressComponent.of(protocol));
    }
    return Multiaddr.of(components);
  }

  private static String randomValue(AddressValue value, SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(1, 33)];
    random.nextBytes(bytes);
    return switch (value) {
      case IP4 -> AddressValue.IP4.format(randomBytes(4, random));
      case IP6 -> AddressValue.IP6.format(randomBytes(16, random));
      case PORT -> Integer.toString(random.nextInt(0x10000));
      case PEER_ID ->
          random.nextBoolean()
              ? PeerId.ofKey(bytes).toString()
              : PeerId.ofKey(new byte[50]).toCid().toString();
      case CERTIFICATE_HASH -> Multibase.BASE64_URL.encode(Multihash.sha256(bytes).toBytes());
      case HOST_NAME, ZONE, TEXT -> HexFormat.of().formatHex(bytes, 0, Math.min(31, bytes.length));
      case NONE -> throw new AssertionError("no value");
    };
  }

  /** Bytes with runs of zeros, which is what makes the text of an IPv6 address interesting. */
  private static byte[] randomBytes(int length, SplittableRandom random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    int from = random.nextInt(length);
    java.util.Arrays.fill(bytes, from, random.nextInt(from, length + 1), (byte) 0);
    return bytes;
  }
}
