// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CessCdnLedger} from "../contracts/CessCdnLedger.sol";
import {Escrows} from "../contracts/Escrows.sol";
import {PauseClock} from "../contracts/PauseClock.sol";
import {Signers} from "../contracts/Signers.sol";
import {Voucher} from "../contracts/Vouchers.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @notice The pause of redemption: what it stops, what it does not, and that it ends.
contract PauseClockTest is LedgerTest {
    function setUp() public override {
        super.setUp();
        deposit(payer, 100 * COIN);
    }

    function pause() private {
        vm.prank(guardian);
        ledger.pause();
    }

    function test_pause_stopsRedemptionInAllForms_andEndsByItself() public {
        Voucher memory v = voucher(payee, COIN);
        bytes memory signature = signed(v, PAYER_KEY);
        bytes memory bunch = pack(v, signature);
        bytes memory entries = entry(otherPayee, COIN);
        bytes memory settled = settlement(LANE, FAR, entries, PAYER_KEY);
        Voucher[] memory vouchers = new Voucher[](1);
        bytes[] memory signatures = new bytes[](1);
        (vouchers[0], signatures[0]) = (v, signature);
        vm.prank(guardian);
        vm.expectEmit(address(ledger));
        emit PauseClock.Paused(START + PAUSE);
        ledger.pause();
        bytes memory refusal = abi.encodeWithSelector(PauseClock.RedemptionPaused.selector, START + PAUSE);
        vm.warp(START + PAUSE - 1);
        vm.expectRevert(refusal);
        ledger.redeem(v, signature);
        vm.expectRevert(refusal);
        ledger.redeemMany(vouchers, signatures);
        vm.expectRevert(refusal);
        ledger.redeemPacked(bunch);
        vm.expectRevert(refusal);
        ledger.settleSigned(payer, LANE, FAR, entries, settled);
        vm.warp(START + PAUSE);
        ledger.redeem(v, signature);
        ledger.settleSigned(payer, LANE, FAR, entries, settled);
        vm.assertEq(escrowOf(payer), 98 * COIN);
    }

    function test_pause_stopsNothingElse() public {
        redeem(voucher(payee, 50 * COIN), PAYER_KEY);
        fund(stranger, 1_000 * COIN);
        pause();
        deposit(payer, COIN);
        reserve(payee, COIN);
        authorize(COIN, FAR);
        ledger.claimSubsidy(payee);
        ledger.burnFees();
        uint128 credit = creditOf(payee);
        vm.prank(payee);
        ledger.withdraw(payee, credit);
        vm.assertEq(token.balanceOf(payee), credit);
        vm.startPrank(stranger);
        ledger.registerNode("key", "eu", "r", "s", MIN_STAKE);
        ledger.startExit();
        vm.warp(START + EXIT);
        ledger.finishExit(stranger);
        vm.assertEq(token.balanceOf(stranger), 1_000 * COIN);
    }

    function test_onlyTheGuardian_pauses() public {
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(PauseClock.NotGuardian.selector, payer, guardian));
        ledger.pause();
        vm.expectRevert(abi.encodeWithSelector(PauseClock.NotGuardian.selector, payer, guardian));
        ledger.unpause();
    }

    function test_guardian_endsThePause() public {
        pause();
        vm.warp(START + 100);
        vm.prank(guardian);
        vm.expectEmit(address(ledger));
        emit PauseClock.Unpaused();
        ledger.unpause();
        redeem(voucher(payee, COIN), PAYER_KEY);
        (uint256 from, uint256 until) = ledger.lastPause();
        vm.assertEq(from, START);
        vm.assertEq(until, START + 100);
        vm.prank(guardian);
        vm.expectRevert(PauseClock.NotPaused.selector);
        ledger.unpause();
        vm.assertEq(ledger.clock(), START);
        vm.warp(START + 150);
        vm.assertEq(ledger.clock(), START + 50);
    }

    function test_pauses_keepADistance() public {
        pause();
        vm.startPrank(guardian);
        bytes memory refusal = abi.encodeWithSelector(PauseClock.PauseTooSoon.selector, START + 3 * PAUSE);
        vm.expectRevert(refusal);
        ledger.pause();
        vm.warp(START + 3 * PAUSE - 1);
        vm.expectRevert(refusal);
        ledger.pause();
        vm.warp(START + 3 * PAUSE);
        ledger.pause();
        vm.assertEq(ledger.clock(), START + 2 * PAUSE);
        vm.warp(START + 10 * PAUSE);
        vm.assertEq(ledger.clock(), START + 8 * PAUSE);
    }

    function test_clock_isTheBlocks_untilThePause() public {
        vm.assertEq(ledger.clock(), START);
        vm.warp(START + 5);
        vm.assertEq(ledger.clock(), START + 5);
        pause();
        vm.warp(START + 5 + PAUSE / 2);
        vm.assertEq(ledger.clock(), START + 5);
        vm.warp(START + 5 + PAUSE);
        vm.assertEq(ledger.clock(), START + 5);
        vm.warp(START + 6 + PAUSE);
        vm.assertEq(ledger.clock(), START + 6);
    }

    function test_pause_extendsThaws() public {
        reserve(payee, 10 * COIN);
        authorize(COIN, FAR);
        vm.startPrank(payer);
        ledger.thaw(50 * COIN);
        ledger.startRelease(payee, 10 * COIN);
        ledger.revokeSigner(hot, LANE);
        vm.stopPrank();
        vm.warp(START + THAW - 1);
        pause();
        vm.warp(START + THAW - 1 + PAUSE);
        redeem(voucher(otherPayee, COIN), HOT_KEY);
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(Escrows.ThawNotOver.selector, START + THAW, START + THAW - 1));
        ledger.withdrawEscrow(payer);
        vm.expectRevert(abi.encodeWithSelector(Escrows.ThawNotOver.selector, START + THAW, START + THAW - 1));
        ledger.release(payee);
        vm.warp(START + THAW + PAUSE);
        ledger.withdrawEscrow(payer);
        ledger.release(payee);
        vm.stopPrank();
        bytes memory late = signed(voucher(otherPayee, 2 * COIN), HOT_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(Signers.SignerIsRevoked.selector, hot, START + THAW, START + THAW)
        );
        ledger.redeem(voucher(otherPayee, 2 * COIN), late);
    }

    function test_thawBegunInAPause_runsAfterIt() public {
        pause();
        vm.warp(START + PAUSE / 2);
        vm.prank(payer);
        ledger.thaw(COIN);
        (, uint256 endsAt) = ledger.thawOf(payer);
        vm.assertEq(endsAt, START + THAW);
        vm.warp(START + PAUSE + THAW - 1);
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(Escrows.ThawNotOver.selector, START + THAW, START + THAW - 1));
        ledger.withdrawEscrow(payer);
        vm.warp(START + PAUSE + THAW);
        ledger.withdrawEscrow(payer);
    }

    function test_pause_putsDeadlinesOff() public {
        Voucher memory v = voucher(payee, COIN);
        v.expiry = uint64(START + 10);
        bytes memory signature = signed(v, HOT_KEY);
        authorize(COIN, uint64(START + 10));
        vm.warp(START + 10);
        pause();
        vm.warp(START + 11 + PAUSE);
        vm.expectRevert(
            abi.encodeWithSelector(CessCdnLedger.SignatureExpired.selector, START + 10, START + 11 + PAUSE)
        );
        ledger.redeem(v, signature);
        vm.warp(START + 10 + PAUSE);
        ledger.redeem(v, signature);
        vm.assertEq(paidOn(payer, payee, LANE), COIN);
    }

    function test_whatWasOverBeforeThePause_staysOver() public {
        Voucher memory v = voucher(payee, COIN);
        v.expiry = uint64(START + 10);
        bytes memory signature = signed(v, PAYER_KEY);
        vm.warp(START + 11);
        pause();
        vm.warp(START + 11 + PAUSE);
        vm.expectRevert(
            abi.encodeWithSelector(CessCdnLedger.SignatureExpired.selector, START + 10, START + 11 + PAUSE)
        );
        ledger.redeem(v, signature);
    }

    function test_signerThatWasOverBeforeThePause_beginsAnewInIt() public {
        authorize(10 * COIN, uint64(START + 10));
        vm.warp(START + 11);
        pause();
        authorize(2 * COIN, FAR);
        vm.assertEq(remainingOf(hot), 2 * COIN);
    }
}
