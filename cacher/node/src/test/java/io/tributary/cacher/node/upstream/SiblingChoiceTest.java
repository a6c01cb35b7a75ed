package io.tributary.cacher.node.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.exchange.client.Provider;
import io.tributary.libp2p.identity.PrivateKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which sibling a fragment is taken from, by how it is reached and in which order they answer. */
final class SiblingChoiceTest {
  private final Provider near = sibling();
  private final Provider other = sibling();
  private final Provider behindNat = sibling();

  private static Provider sibling() {
    return new Provider(
        PrivateKey.generate(new SecureRandom()).peerId(), List.of(), Optional.empty());
  }

  @Test
  void directHome_isTaken_atOnce() {
    SiblingChoice choice = new SiblingChoice(2, 1);

    choice.told(near, true, true);

    assertThat(choice.made()).isCompletedWithValue(Optional.of(near));
  }

  @Test
  void homeAtARelay_waitsForThoseThatAreReachedDirectly() {
    SiblingChoice choice = new SiblingChoice(2, 1);

    choice.told(behindNat, false, true);
    choice.told(near, true, false);
    assertThat(choice.made()).isNotCompleted();
    choice.told(other, true, true);

    assertThat(choice.made()).isCompletedWithValue(Optional.of(other));
  }

  @Test
  void homeAtARelay_isFallenBackOn_whenNoDirectOneHasIt() {
    SiblingChoice choice = new SiblingChoice(1, 2);

    choice.told(behindNat, false, true);
    choice.told(near, true, false);

    assertThat(choice.made()).isCompletedWithValue(Optional.of(behindNat));
  }

  @Test
  void firstOfTheHomesAtRelays_isTaken_whereThereIsNoOther() {
    SiblingChoice choice = new SiblingChoice(0, 2);

    choice.told(behindNat, false, true);
    choice.told(other, false, true);

    assertThat(choice.made()).isCompletedWithValue(Optional.of(behindNat));
  }

  @Test
  void nobodyIsTaken_whenNobodyHasIt_orNobodyIsThere() {
    SiblingChoice choice = new SiblingChoice(1, 1);
    choice.told(near, true, false);
    assertThat(choice.made()).isNotCompleted();
    choice.told(behindNat, false, false);

    assertThat(choice.made()).isCompletedWithValue(Optional.empty());
    assertThat(new SiblingChoice(0, 0).made()).isCompletedWithValue(Optional.empty());
  }
}
