package io.tributary.origin.chain.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ResponseBudgetTest {
  private final ResponseBudget budget =
      new ResponseBudget(RpcLimits.DEFAULT.withMaxResponseBytes(100).withMaxBufferedBytes(150));

  @Test
  void response_growsToItsLimitAndNoFurther() {
    ResponseBudget.Share share = budget.share();
    share.grow(60);
    share.grow(40);
    assertRefused(Reason.TOO_LARGE, () -> share.grow(1));
    assertThat(budget.heldBytes()).isEqualTo(100);
    share.release();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void responses_togetherGrowToTheirLimitAndNoFurther() {
    ResponseBudget.Share one = budget.share();
    ResponseBudget.Share two = budget.share();
    one.grow(100);
    two.grow(50);
    assertRefused(Reason.OVERLOADED, () -> two.grow(1));
    two.release();
    ResponseBudget.Share three = budget.share();
    three.grow(50);
    one.release();
    three.release();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void response_givenUp_takesNothingMoreAndGivesBackOnce() {
    ResponseBudget.Share share = budget.share();
    share.grow(10);
    share.release();
    share.release();
    assertRefused(Reason.TIMEOUT, () -> share.grow(1));
    assertThat(budget.heldBytes()).isZero();
  }

  private static void assertRefused(Reason reason, ThrowingCallable grow) {
    assertThatThrownBy(grow)
        .isInstanceOfSatisfying(
            ChainException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
