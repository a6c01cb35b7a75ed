// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Escrows} from "../contracts/Escrows.sol";
import {Terms} from "../contracts/Terms.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @notice Escrow, reservations and thaws.
contract EscrowsTest is LedgerTest {
    function setUp() public override {
        super.setUp();
        deposit(payer, 100 * COIN);
    }

    function test_deposit_growsTheEscrowOfWhomItIsFor() public {
        fund(stranger, 30 * COIN);
        vm.prank(stranger);
        vm.expectEmit(address(ledger));
        emit Escrows.Deposited(payer, stranger, 30 * COIN);
        ledger.deposit(payer, 30 * COIN);
        vm.assertEq(escrowOf(payer), 130 * COIN);
        vm.assertEq(escrowOf(stranger), 0);
        vm.assertEq(token.balanceOf(address(ledger)), 130 * COIN);
    }

    function test_deposit_isOfSomethingForSomebody() public {
        fund(payer, COIN);
        vm.startPrank(payer);
        vm.expectRevert(Terms.ZeroAmount.selector);
        ledger.deposit(payer, 0);
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, address(0)));
        ledger.deposit(address(0), COIN);
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, address(ledger)));
        ledger.deposit(address(ledger), COIN);
    }

    function test_reservation_isForOnePayee() public {
        vm.prank(payer);
        vm.expectEmit(address(ledger));
        emit Escrows.Reserved(payer, payee, 60 * COIN);
        ledger.reserve(payee, 60 * COIN);
        vm.assertEq(ledger.redeemable(payer, payee), 100 * COIN);
        vm.assertEq(ledger.redeemable(payer, otherPayee), 40 * COIN);
        bytes memory signature = signed(voucher(otherPayee, 41 * COIN), PAYER_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(
                Escrows.InsufficientEscrow.selector, payer, otherPayee, 41 * COIN, 40 * COIN
            )
        );
        ledger.redeem(voucher(otherPayee, 41 * COIN), signature);
        redeem(voucher(otherPayee, 40 * COIN), PAYER_KEY);
        redeem(voucher(payee, 60 * COIN), PAYER_KEY);
        vm.assertEq(escrowOf(payer), 0);
        vm.assertEq(reservedOf(payer), 0);
    }

    function test_reservation_isUsedBeforeFreeEscrow() public {
        reserve(payee, 30 * COIN);
        redeem(voucher(payee, 20 * COIN), PAYER_KEY);
        vm.assertEq(reservedOf(payer), 10 * COIN);
        vm.assertEq(escrowOf(payer), 80 * COIN);
        redeem(voucher(payee, 45 * COIN), PAYER_KEY);
        vm.assertEq(reservedOf(payer), 0);
        vm.assertEq(escrowOf(payer), 55 * COIN);
        (uint128 amount,,) = ledger.reservationOf(payer, payee);
        vm.assertEq(amount, 0);
    }

    function test_onePayeesRedemption_leavesAnothersReservation() public {
        reserve(payee, 30 * COIN);
        redeem(voucher(otherPayee, 70 * COIN), PAYER_KEY);
        vm.assertEq(escrowOf(payer), 30 * COIN);
        vm.assertEq(reservedOf(payer), 30 * COIN);
        vm.assertEq(ledger.redeemable(payer, payee), 30 * COIN);
        vm.assertEq(ledger.redeemable(payer, otherPayee), 0);
    }

    function test_reservations_staysWithinTheEscrow() public {
        reserve(payee, 60 * COIN);
        vm.startPrank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(Escrows.InsufficientFreeEscrow.selector, 40 * COIN + 1, 40 * COIN)
        );
        ledger.reserve(otherPayee, 40 * COIN + 1);
        ledger.reserve(otherPayee, 40 * COIN);
        vm.expectRevert(Terms.ZeroAmount.selector);
        ledger.reserve(payee, 0);
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, address(0)));
        ledger.reserve(address(0), 1);
        vm.assertEq(reservedOf(payer), 100 * COIN);
    }

    function test_release_takesAThaw() public {
        reserve(payee, 60 * COIN);
        vm.startPrank(payer);
        vm.expectEmit(address(ledger));
        emit Escrows.ReleaseStarted(payer, payee, 50 * COIN, START + THAW);
        ledger.startRelease(payee, 50 * COIN);
        vm.warp(START + THAW - 1);
        vm.expectRevert(abi.encodeWithSelector(Escrows.ThawNotOver.selector, START + THAW, START + THAW - 1));
        ledger.release(payee);
        vm.warp(START + THAW);
        vm.expectEmit(address(ledger));
        emit Escrows.Released(payer, payee, 50 * COIN);
        ledger.release(payee);
        vm.assertEq(reservedOf(payer), 10 * COIN);
        vm.assertEq(ledger.redeemable(payer, otherPayee), 90 * COIN);
        vm.expectRevert(Escrows.NothingThawing.selector);
        ledger.release(payee);
    }

    function test_moreRelease_beginsTheThawAnew() public {
        reserve(payee, 60 * COIN);
        vm.startPrank(payer);
        ledger.startRelease(payee, 20 * COIN);
        vm.warp(START + THAW);
        ledger.startRelease(payee, 40 * COIN);
        (uint128 amount, uint128 releasing, uint256 endsAt) = ledger.reservationOf(payer, payee);
        vm.assertEq(amount, 60 * COIN);
        vm.assertEq(releasing, 60 * COIN);
        vm.assertEq(endsAt, START + 2 * THAW);
        vm.expectRevert(abi.encodeWithSelector(Escrows.InsufficientReservation.selector, payee, 60 * COIN + 1, 60 * COIN));
        ledger.startRelease(payee, 1);
        vm.expectRevert(Terms.ZeroAmount.selector);
        ledger.startRelease(payee, 0);
        vm.expectRevert(abi.encodeWithSelector(Escrows.ThawNotOver.selector, START + 2 * THAW, START + THAW));
        ledger.release(payee);
    }

    function test_cancelledRelease_isNone() public {
        reserve(payee, 60 * COIN);
        vm.startPrank(payer);
        ledger.startRelease(payee, 20 * COIN);
        vm.expectEmit(address(ledger));
        emit Escrows.ReleaseCancelled(payer, payee);
        ledger.cancelRelease(payee);
        vm.warp(START + THAW);
        vm.expectRevert(Escrows.NothingThawing.selector);
        ledger.release(payee);
        vm.expectRevert(Escrows.NothingThawing.selector);
        ledger.cancelRelease(payee);
    }

    function test_whatIsReleasing_paysUntilItIsReleased() public {
        reserve(payee, 60 * COIN);
        vm.prank(payer);
        ledger.startRelease(payee, 60 * COIN);
        vm.warp(START + THAW - 1);
        redeem(voucher(payee, 50 * COIN), PAYER_KEY);
        vm.warp(START + THAW);
        vm.prank(payer);
        ledger.release(payee);
        vm.assertEq(reservedOf(payer), 0);
        vm.assertEq(escrowOf(payer), 50 * COIN);
        (uint128 amount, uint128 releasing,) = ledger.reservationOf(payer, payee);
        vm.assertEq(amount, 0);
        vm.assertEq(releasing, 0);
    }

    function test_escrow_leavesAfterAThaw() public {
        vm.startPrank(payer);
        vm.expectEmit(address(ledger));
        emit Escrows.ThawStarted(payer, 70 * COIN, START + THAW);
        ledger.thaw(70 * COIN);
        vm.warp(START + THAW - 1);
        vm.expectRevert(abi.encodeWithSelector(Escrows.ThawNotOver.selector, START + THAW, START + THAW - 1));
        ledger.withdrawEscrow(payer);
        vm.warp(START + THAW);
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, address(0)));
        ledger.withdrawEscrow(address(0));
        vm.expectEmit(address(ledger));
        emit Escrows.EscrowWithdrawn(payer, stranger, 70 * COIN);
        ledger.withdrawEscrow(stranger);
        vm.assertEq(token.balanceOf(stranger), 70 * COIN);
        vm.assertEq(escrowOf(payer), 30 * COIN);
        vm.expectRevert(Escrows.NothingThawing.selector);
        ledger.withdrawEscrow(stranger);
    }

    function test_whatThaws_paysUntilItLeaves() public {
        vm.prank(payer);
        ledger.thaw(100 * COIN);
        vm.warp(START + THAW - 1);
        redeem(voucher(payee, 30 * COIN), PAYER_KEY);
        vm.warp(START + THAW);
        vm.prank(payer);
        ledger.withdrawEscrow(payer);
        vm.assertEq(token.balanceOf(payer), 70 * COIN);
        vm.assertEq(escrowOf(payer), 0);
        vm.assertEq(creditOf(payee), 30 * COIN - feeOf(30 * COIN));
    }

    function test_moreThaw_beginsAnew() public {
        vm.startPrank(payer);
        ledger.thaw(10 * COIN);
        vm.warp(START + THAW);
        ledger.thaw(90 * COIN);
        (uint128 amount, uint256 endsAt) = ledger.thawOf(payer);
        vm.assertEq(amount, 100 * COIN);
        vm.assertEq(endsAt, START + 2 * THAW);
        vm.expectRevert(abi.encodeWithSelector(Escrows.ThawNotOver.selector, START + 2 * THAW, START + THAW));
        ledger.withdrawEscrow(payer);
    }

    function test_thaw_isOfFreeEscrow() public {
        reserve(payee, 60 * COIN);
        vm.startPrank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(Escrows.InsufficientFreeEscrow.selector, 40 * COIN + 1, 40 * COIN)
        );
        ledger.thaw(40 * COIN + 1);
        ledger.thaw(40 * COIN);
        vm.expectRevert(
            abi.encodeWithSelector(Escrows.InsufficientFreeEscrow.selector, 40 * COIN + 1, 40 * COIN)
        );
        ledger.thaw(1);
        vm.expectRevert(Terms.ZeroAmount.selector);
        ledger.thaw(0);
    }

    function test_reservationMadeMeanwhile_staysWhenEscrowLeaves() public {
        vm.startPrank(payer);
        ledger.thaw(100 * COIN);
        ledger.reserve(payee, 25 * COIN);
        vm.warp(START + THAW);
        ledger.withdrawEscrow(payer);
        vm.assertEq(escrowOf(payer), 25 * COIN);
        vm.assertEq(reservedOf(payer), 25 * COIN);
    }

    function test_nothingLeft_isNotWithdrawn() public {
        vm.prank(payer);
        ledger.thaw(100 * COIN);
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        vm.warp(START + THAW);
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(Escrows.InsufficientFreeEscrow.selector, 1, 0));
        ledger.withdrawEscrow(payer);
        ledger.cancelThaw();
    }

    function test_cancelledThaw_isNone() public {
        vm.startPrank(payer);
        ledger.thaw(100 * COIN);
        vm.expectEmit(address(ledger));
        emit Escrows.ThawCancelled(payer);
        ledger.cancelThaw();
        vm.warp(START + THAW);
        vm.expectRevert(Escrows.NothingThawing.selector);
        ledger.withdrawEscrow(payer);
        vm.expectRevert(Escrows.NothingThawing.selector);
        ledger.cancelThaw();
    }
}
