package io.tributary.libp2p.multiformats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/** That every decoder either refuses bytes or writes them back as they were. */
class MultiformatsFuzzTest {

  @FuzzTest
  void varint(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    try {
      long value = Varint.tryRead(in);
      if (value == Varint.INCOMPLETE) {
        assertThat(in.readerIndex()).isZero();
        assertThat(bytes.length).isLessThan(Varint.MAX_BYTES);
      } else {
        assertThat(Varint.encode(value)).isEqualTo(Arrays.copyOf(bytes, in.readerIndex()));
        assertThat(Varint.read(bytes, 0)).isEqualTo(value);
      }
    } catch (MalformedFormatException expected) {
      assertThat(in.readerIndex()).isZero();
    }
  }

  @FuzzTest
  void multiaddrBytes(byte[] bytes) {
    if (Multiaddr.tryDecode(bytes) instanceof DecodedAddress.Usable usable) {
      assertThat(usable.address().toBytes()).isEqualTo(bytes);
      assertThat(Multiaddr.parse(usable.address().toString())).isEqualTo(usable.address());
      assertThat(usable.address().toSocketAddress()).isNotNull();
      assertThat(usable.address().peerId()).isNotNull();
      assertThat(usable.address().scope()).isNotNull();
    }
  }

  @FuzzTest
  void multiaddrText(byte[] bytes) {
    try {
      Multiaddr address = Multiaddr.parse(new String(bytes, ISO_8859_1));
      assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
      assertThat(Multiaddr.decode(address.toBytes())).isEqualTo(address);
    } catch (MalformedFormatException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }

  @FuzzTest
  void peerIdBytes(byte[] bytes) {
    try {
      PeerId peer = PeerId.decode(bytes);
      assertThat(peer.toBytes()).isEqualTo(bytes);
      assertThat(PeerId.parse(peer.toString())).isEqualTo(peer);
      assertThat(PeerId.parse(peer.toCid().toString())).isEqualTo(peer);
    } catch (MalformedFormatException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }

  @FuzzTest
  void peerIdText(byte[] bytes) {
    try {
      PeerId peer = PeerId.parse(new String(bytes, ISO_8859_1));
      assertThat(PeerId.parse(peer.toString())).isEqualTo(peer);
    } catch (MalformedFormatException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }

  @FuzzTest
  void cidBytes(byte[] bytes) {
    try {
      assertThat(Cid.decode(bytes).toBytes()).isEqualTo(bytes);
    } catch (MalformedFormatException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }

  @FuzzTest
  void multibaseText(byte[] bytes) {
    String text = new String(bytes, ISO_8859_1);
    try {
      byte[] decoded = Multibase.decode(text);
      Multibase base =
          Arrays.stream(Multibase.values())
              .filter(candidate -> candidate.prefix() == text.charAt(0))
              .findFirst()
              .orElseThrow();
      assertThat(base.encode(decoded)).isEqualTo(text);
    } catch (MalformedFormatException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }
}
