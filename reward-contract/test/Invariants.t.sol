// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerHandler} from "./support/LedgerHandler.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @notice What must hold after anything anybody does, in any order.
/// @dev I5 and I12 are held by the handler, which knows for each action whether the ledger must take it; I10 follows
/// from the code, which loops over call data only; I11 is tested by RedeemTest.
contract InvariantsTest is LedgerTest {
    LedgerHandler private handler;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public override {
        super.setUp();
        handler = new LedgerHandler(ledger, token, guardian);
        for (uint256 i = 0; i < handler.PAYERS(); i++) {
            handler.deposit(i, i, 1e21);
            handler.authorizeSigner(i, 0, 1e20, 1 + 29 days);
        }
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function excludeSelectors() external view returns (FuzzSelector[] memory excluded) {
        excluded = new FuzzSelector[](1);
        excluded[0].addr = address(handler);
        excluded[0].selectors = new bytes4[](1);
        excluded[0].selectors[0] = handler.bookBoth.selector;
    }

    function invariant_everythingAddsUp() public {
        I1_balance_isTheSumOfWhatIsOwed();
        I2_whatCameIn_isHeldOrLeft();
        I3_lanes_areAsPaid();
        I4_reservations_areWithinEscrow();
        I6_escrow_isAsTheBookSays();
        I7_nobody_gains();
        I8_subsidies_areFunded();
        I9_credit_isWithdrawable();
    }

    function I1_balance_isTheSumOfWhatIsOwed() private view {
        uint256 owed = ledger.poolBalance() + ledger.burnableFees() + handler.donated();
        for (uint256 i = 0; i < handler.PAYERS(); i++) {
            owed += escrowOf(handler.payers(i)) + ledger.nodeOf(handler.payers(i)).stake;
        }
        for (uint256 i = 0; i < handler.PAYEES(); i++) {
            owed += creditOf(handler.payees(i));
        }
        vm.assertEq(token.balanceOf(address(ledger)), owed, "I1");
    }

    function I2_whatCameIn_isHeldOrLeft() private view {
        uint256 left = handler.burned();
        for (uint256 i = 0; i < handler.PAYERS(); i++) {
            left += handler.withdrawn(handler.payers(i));
        }
        // The first payee is the first payer.
        for (uint256 i = 1; i < handler.PAYEES(); i++) {
            left += handler.withdrawn(handler.payees(i));
        }
        uint256 outside = token.totalSupply() - token.balanceOf(address(ledger));
        vm.assertEq(left, outside, "I2: what left");
        vm.assertEq(
            handler.brought() + handler.donated(), token.balanceOf(address(ledger)) + left, "I2: what came in"
        );
        vm.assertEq(token.balanceOf(ledger.BURNED()), handler.burned(), "I2: burned");
    }

    function I3_lanes_areAsPaid() private view {
        uint256 all;
        for (uint256 i = 0; i < handler.PAYERS(); i++) {
            for (uint256 j = 0; j < handler.PAYEES(); j++) {
                for (uint64 lane = 0; lane < handler.LANES(); lane++) {
                    uint256 paid = paidOn(handler.payers(i), handler.payees(j), lane);
                    all += paid;
                    vm.assertEq(
                        paid, handler.lanePaid(handler.payers(i), handler.payees(j), lane), "I3: a lane"
                    );
                }
            }
        }
        uint256 earned;
        for (uint256 j = 0; j < handler.PAYEES(); j++) {
            address who = handler.payees(j);
            earned += handler.earned(who);
            vm.assertEq(
                creditOf(who) + handler.drawn(who), handler.earned(who) + handler.subsidies(who), "I3: credit"
            );
        }
        vm.assertEq(all, earned + ledger.totalFees(), "I3: the sum");
        vm.assertEq(ledger.totalFees(), handler.fees(), "I3: fees");
    }

    function I4_reservations_areWithinEscrow() private view {
        for (uint256 i = 0; i < handler.PAYERS(); i++) {
            address who = handler.payers(i);
            uint256 sum;
            for (uint256 j = 0; j < handler.PAYEES(); j++) {
                (uint128 amount, uint128 releasing,) = ledger.reservationOf(who, handler.payees(j));
                vm.assertEq(amount, handler.reserved(who, handler.payees(j)), "I4: a reservation");
                vm.assertEq(releasing, handler.releasing(who, handler.payees(j)), "I4: a release");
                sum += amount;
            }
            vm.assertEq(reservedOf(who), sum, "I4: the sum");
            vm.assertLe(sum, escrowOf(who), "I4");
        }
    }

    function I6_escrow_isAsTheBookSays() private view {
        vm.assertEq(ledger.clock(), handler.clock(), "I6: the clock");
        for (uint256 i = 0; i < handler.PAYERS(); i++) {
            address who = handler.payers(i);
            (uint128 thawing,) = ledger.thawOf(who);
            vm.assertEq(escrowOf(who), handler.escrow(who), "I6: escrow");
            vm.assertEq(thawing, handler.thawing(who), "I6: thaw");
            for (uint64 lane = 0; lane < handler.LANES(); lane++) {
                (uint128 remaining,,) = ledger.signerOf(who, handler.hots(i), lane);
                vm.assertEq(remaining, handler.cap(who, lane), "I5: a cap");
            }
        }
    }

    /// @dev All but the sponsor are one coalition here: what it has now, inside and outside, against what it brought.
    function I7_nobody_gains() private view {
        uint256 has = token.totalSupply() - token.balanceOf(address(ledger)) - handler.burned();
        for (uint256 i = 0; i < handler.PAYERS(); i++) {
            has += escrowOf(handler.payers(i)) + ledger.nodeOf(handler.payers(i)).stake;
        }
        for (uint256 i = 0; i < handler.PAYEES(); i++) {
            has += creditOf(handler.payees(i));
        }
        uint256 put = handler.brought() - handler.sponsored();
        uint256 back = ledger.totalFees() * KAPPA_BPS / 10_000;
        vm.assertLe(has + ledger.totalFees(), put + back, "I7");
    }

    function I8_subsidies_areFunded() private view {
        uint256 given;
        for (uint256 i = 0; i < handler.PAYEES(); i++) {
            address who = handler.payees(i);
            given += handler.subsidies(who);
            vm.assertLe(
                handler.subsidies(who) * 10_000, handler.feesOf(who) * KAPPA_BPS, "I8: more than kappa"
            );
        }
        uint256 toBurn = handler.fees() * BURN_BPS / 10_000;
        vm.assertEq(ledger.poolBalance() + given, handler.fees() - toBurn + handler.sponsored(), "I8");
    }

    function I9_credit_isWithdrawable() private {
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < handler.PAYEES(); i++) {
            address who = handler.payees(i);
            uint128 credit = creditOf(who);
            if (credit != 0) {
                uint256 had = token.balanceOf(who);
                vm.prank(who);
                ledger.withdraw(who, credit);
                vm.assertEq(token.balanceOf(who) - had, credit, "I9");
            }
        }
        vm.revertToState(before);
    }

    /// The invariants would hold of a handler that never gets anything done; this one does.
    function test_handler_getsEverythingDone() public {
        for (uint256 i = 0; i < 1_500; i++) {
            uint256 seed = uint256(keccak256(abi.encode("handler", i)));
            uint256 other = uint256(keccak256(abi.encode(seed)));
            uint256 third = uint256(keccak256(abi.encode(other)));
            uint256 what = i % 30;
            if (what < 8) {
                handler.redeem(seed, other, third);
            } else if (what < 12) {
                handler.settle(seed, other, third);
            } else if (what == 12) {
                handler.deposit(seed, other, third % 1e22);
            } else if (what == 13) {
                handler.reserve(seed, other, third / 7);
            } else if (what == 14) {
                handler.startRelease(seed, other, third);
            } else if (what == 15) {
                handler.release(seed, other);
            } else if (what == 16) {
                handler.thaw(seed, other);
            } else if (what == 17) {
                handler.withdrawEscrow(seed);
            } else if (what == 18) {
                handler.authorizeSigner(seed, other, third, seed);
            } else if (what == 19) {
                handler.revokeSigner(seed, other);
            } else if (what == 20) {
                handler.withdraw(seed, other);
            } else if (what == 21) {
                handler.claimSubsidy(seed);
            } else if (what == 22) {
                handler.registerNode(seed, other);
            } else if (what == 23) {
                handler.startExit(seed);
            } else if (what == 24) {
                handler.finishExit(seed);
            } else if (what == 25) {
                handler.burnFees();
            } else if (what == 26 && i % 300 < 30) {
                handler.pause();
            } else if (what == 27) {
                handler.fundPool(other);
            } else {
                handler.passTime(third);
            }
        }
        invariant_everythingAddsUp();
        vm.assertGe(handler.payments(), 100, "payments");
        vm.assertGe(ledger.totalFees(), 1e18, "fees");
        vm.assertGe(handler.burned(), 1, "burned");
        vm.assertGe(handler.subsidies(handler.payees(1)), 1, "subsidies");
    }
}
