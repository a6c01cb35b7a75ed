// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CessCdnLedger} from "../contracts/CessCdnLedger.sol";
import {Signers} from "../contracts/Signers.sol";
import {Terms} from "../contracts/Terms.sol";
import {Voucher} from "../contracts/Vouchers.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @notice Keys that sign for a payer.
contract SignersTest is LedgerTest {
    function setUp() public override {
        super.setUp();
        deposit(payer, 100 * COIN);
    }

    function test_signer_spendsUpToItsCap() public {
        vm.prank(payer);
        vm.expectEmit(address(ledger));
        emit Signers.SignerAuthorized(payer, hot, LANE, 10 * COIN, FAR);
        ledger.authorizeSigner(hot, LANE, 10 * COIN, FAR);
        Voucher memory v = voucher(payee, 4 * COIN);
        bytes memory signature = signed(v, HOT_KEY);
        vm.expectEmit(address(ledger));
        emit CessCdnLedger.Redeemed(
            payer, payee, LANE, 4 * COIN, 4 * COIN, 0.2 ether, v.bytesServed, v.receiptsRoot, hot
        );
        ledger.redeem(v, signature);
        vm.assertEq(remainingOf(hot), 6 * COIN);
        v = voucher(otherPayee, 6 * COIN + 1);
        signature = signed(v, HOT_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(Signers.SignerCapExceeded.selector, hot, 6 * COIN + 1, 6 * COIN)
        );
        ledger.redeem(v, signature);
        redeem(voucher(otherPayee, 6 * COIN), HOT_KEY);
        vm.assertEq(remainingOf(hot), 0);
    }

    function test_payersOwnKey_needsNoLeave() public {
        authorize(1, FAR);
        redeem(voucher(payee, 50 * COIN), PAYER_KEY);
        vm.assertEq(remainingOf(hot), 1);
    }

    function test_signer_isForItsLane() public {
        authorize(10 * COIN, FAR);
        Voucher memory v = voucher(payee, COIN);
        v.lane = LANE + 1;
        bytes memory signature = signed(v, HOT_KEY);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, payer, LANE + 1, hot));
        ledger.redeem(v, signature);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, payer, LANE + 1, hot));
        ledger.redeemPacked(pack(v, signature));
    }

    function test_signer_isForItsPayer() public {
        authorize(10 * COIN, FAR);
        deposit(stranger, 10 * COIN);
        Voucher memory v = voucher(payee, COIN);
        v.payer = stranger;
        bytes memory signature = signed(v, HOT_KEY);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, stranger, LANE, hot));
        ledger.redeem(v, signature);
    }

    function test_signersTime_isUpToItsLastSecond() public {
        authorize(10 * COIN, uint64(START + 100));
        vm.warp(START + 100);
        redeem(voucher(payee, COIN), HOT_KEY);
        vm.warp(START + 101);
        bytes memory signature = signed(voucher(payee, 2 * COIN), HOT_KEY);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerExpired.selector, hot, START + 100, START + 101));
        ledger.redeem(voucher(payee, 2 * COIN), signature);
    }

    function test_revocation_takesAThaw() public {
        authorize(10 * COIN, FAR);
        vm.startPrank(payer);
        vm.expectEmit(address(ledger));
        emit Signers.SignerRevoked(payer, hot, LANE, START + THAW);
        ledger.revokeSigner(hot, LANE);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerIsRevoked.selector, hot, START + THAW, START));
        ledger.revokeSigner(hot, LANE);
        vm.stopPrank();
        vm.warp(START + THAW - 1);
        redeem(voucher(payee, COIN), HOT_KEY);
        vm.warp(START + THAW);
        bytes memory signature = signed(voucher(payee, 2 * COIN), HOT_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(Signers.SignerIsRevoked.selector, hot, START + THAW, START + THAW)
        );
        ledger.redeem(voucher(payee, 2 * COIN), signature);
    }

    function test_unknownSigner_isNotRevoked() public {
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, payer, LANE, hot));
        ledger.revokeSigner(hot, LANE);
    }

    function test_goodSigner_keepsWhatItHas() public {
        authorize(10 * COIN, FAR);
        vm.prank(payer);
        ledger.revokeSigner(hot, LANE);
        authorize(5 * COIN, uint64(START + 1));
        (uint128 remaining, uint256 expiry, uint256 revokedAt) = ledger.signerOf(payer, hot, LANE);
        vm.assertEq(remaining, 15 * COIN);
        vm.assertEq(expiry, FAR);
        vm.assertEq(revokedAt, 0);
        authorize(COIN, FAR + 1);
        (remaining, expiry,) = ledger.signerOf(payer, hot, LANE);
        vm.assertEq(remaining, 16 * COIN);
        vm.assertEq(expiry, FAR + 1);
    }

    function test_expiredSigner_beginsAnew() public {
        authorize(10 * COIN, uint64(START + 100));
        vm.warp(START + 101);
        authorize(2 * COIN, uint64(START + 200));
        (uint128 remaining, uint256 expiry,) = ledger.signerOf(payer, hot, LANE);
        vm.assertEq(remaining, 2 * COIN);
        vm.assertEq(expiry, START + 200);
    }

    function test_revokedSigner_beginsAnew() public {
        authorize(10 * COIN, FAR);
        vm.prank(payer);
        ledger.revokeSigner(hot, LANE);
        vm.warp(START + THAW);
        authorize(2 * COIN, uint64(START + THAW));
        (uint128 remaining, uint256 expiry, uint256 revokedAt) = ledger.signerOf(payer, hot, LANE);
        vm.assertEq(remaining, 2 * COIN);
        vm.assertEq(expiry, START + THAW);
        vm.assertEq(revokedAt, 0);
    }

    function test_usedUpCap_leavesReservationsGood() public {
        authorize(10 * COIN, FAR);
        reserve(payee, 20 * COIN);
        redeem(voucher(otherPayee, 10 * COIN), HOT_KEY);
        vm.assertEq(remainingOf(hot), 0);
        redeem(voucher(payee, 20 * COIN), HOT_KEY);
        vm.assertEq(reservedOf(payer), 0);
        bytes memory signature = signed(voucher(payee, 20 * COIN + 1), HOT_KEY);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerCapExceeded.selector, hot, 1, 0));
        ledger.redeem(voucher(payee, 20 * COIN + 1), signature);
    }

    function test_capCounts_whatComesFromFreeEscrow() public {
        authorize(10 * COIN, FAR);
        reserve(payee, 20 * COIN);
        redeem(voucher(payee, 25 * COIN), HOT_KEY);
        vm.assertEq(remainingOf(hot), 5 * COIN);
    }

    function test_grants_areOfSomethingForSomebodyElse() public {
        vm.startPrank(payer);
        vm.expectRevert(Terms.ZeroAmount.selector);
        ledger.authorizeSigner(hot, LANE, 0, FAR);
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, payer));
        ledger.authorizeSigner(payer, LANE, COIN, FAR);
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, address(0)));
        ledger.authorizeSigner(address(0), LANE, COIN, FAR);
        vm.expectRevert(abi.encodeWithSelector(Signers.ExpiryInThePast.selector, START - 1, START));
        ledger.authorizeSigner(hot, LANE, COIN, uint64(START - 1));
        ledger.authorizeSigner(hot, LANE, COIN, uint64(START));
    }
}
