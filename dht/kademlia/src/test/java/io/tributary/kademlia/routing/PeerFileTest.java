package io.tributary.kademlia.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kademlia.TestPeers;
import io.tributary.kademlia.message.Contact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerFileTest {

  @TempDir Path folder;

  private static List<Contact> peers(int count) {
    SplittableRandom random = new SplittableRandom(count);
    List<Contact> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      peers.add(TestPeers.contact(random));
    }
    return peers;
  }

  @Test
  void peers_areReadAsWritten() throws IOException {
    PeerFile file = new PeerFile(folder.resolve("peers"));
    assertThat(file.read()).isEmpty();
    file.write(peers(5));
    assertThat(file.read()).isEqualTo(peers(5));
    file.write(peers(300));
    assertThat(file.read()).isEqualTo(peers(300));
    assertThat(folder).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void tooManyPeers_keepsTheNearest() throws IOException {
    PeerFile file = new PeerFile(folder.resolve("peers"));
    List<Contact> many = peers(PeerFile.MAX_PEERS + 10);
    file.write(many);
    assertThat(file.read()).isEqualTo(many.subList(10, many.size()));
  }

  @Test
  void anyDamage_countsAsEmpty() throws IOException {
    Path path = folder.resolve("peers");
    PeerFile file = new PeerFile(path);
    file.write(peers(3));
    byte[] good = Files.readAllBytes(path);
    for (int i = 0; i < good.length; i++) {
      byte[] bent = good.clone();
      bent[i] = (byte) (bent[i] ^ 0x10);
      Files.write(path, bent);
      assertThat(file.read()).as("byte %d bent", i).isEmpty();
      Files.write(path, Arrays.copyOf(good, i));
      assertThat(file.read()).as("cut at %d", i).isEmpty();
    }
    file.write(peers(4));
    assertThat(file.read()).isEqualTo(peers(4));
  }
}
