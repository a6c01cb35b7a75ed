package io.tributary.exchange.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.exchange.server.PeerTurns.Bulk;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.PeerId;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which deliveries of a peer send, and which of them leads. */
final class PeerTurnsTest {
  private static final PeerId PEER = PrivateKey.generate(new SecureRandom()).peerId();
  private static final PeerId OTHER = PrivateKey.generate(new SecureRandom()).peerId();
  private static final int MAX = ServerSettings.defaults().maxBulkPerPeer();

  private final PeerTurns turns = new PeerTurns(ServerSettings.defaults());
  private final List<String> told = new ArrayList<>();

  private final class Named implements Bulk {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public void onTurn() {
      told.add(name + " sends");
    }

    @Override
    public void onLead() {
      told.add(name + " leads");
    }
  }

  private Bulk enter(PeerId peer, String name) {
    assertThat(turns.enter(peer)).isTrue();
    Bulk bulk = new Named(name);
    turns.send(peer, bulk);
    return bulk;
  }

  @Test
  void theOldestLeads_andThenTheNext() {
    Bulk a = enter(PEER, "a");
    Bulk b = enter(PEER, "b");
    enter(PEER, "c");
    assertThat(told).containsExactly("a leads", "b sends", "c sends");
    turns.leave(PEER, Optional.of(b));
    assertThat(told).hasSize(3);
    turns.leave(PEER, Optional.of(a));
    assertThat(told).hasSize(4).endsWith("c leads");
  }

  @Test
  void everyPeerHasALeader() {
    enter(PEER, "a");
    enter(OTHER, "b");
    assertThat(told).containsExactly("a leads", "b leads");
  }

  @Test
  void moreThanMaySend_waitInOrder() {
    List<Bulk> sending = new ArrayList<>();
    for (int i = 0; i < MAX; i++) {
      sending.add(enter(PEER, "s" + i));
    }
    Bulk first = enter(PEER, "first");
    Bulk second = enter(PEER, "second");
    assertThat(told).hasSize(MAX);
    turns.leave(PEER, Optional.of(first));
    assertThat(told).hasSize(MAX);
    turns.leave(PEER, Optional.of(sending.get(1)));
    assertThat(told).hasSize(MAX + 1).endsWith("second sends");
    turns.leave(PEER, Optional.of(second));
    assertThat(told).hasSize(MAX + 1);
  }

  @Test
  void onlyOneMaySend_theNextLeadsAtOnce() {
    Bulk a = enter(PEER, "a");
    for (int i = 1; i < MAX; i++) {
      turns.leave(PEER, Optional.of(enter(PEER, "b")));
    }
    told.clear();
    turns.leave(PEER, Optional.of(a));
    enter(PEER, "c");
    assertThat(told).containsExactly("c leads");
  }

  @Test
  void shortOnes_countAsOpenOnly() {
    assertThat(turns.enter(PEER)).isTrue();
    turns.leave(PEER, Optional.empty());
    assertThat(told).isEmpty();
  }
}
