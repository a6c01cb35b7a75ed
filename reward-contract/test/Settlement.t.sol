// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CessCdnLedger} from "../contracts/CessCdnLedger.sol";
import {Escrows} from "../contracts/Escrows.sol";
import {Signers} from "../contracts/Signers.sol";
import {Terms} from "../contracts/Terms.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @notice Settlements: many payees by one signature, on the lanes that vouchers use.
contract SettlementTest is LedgerTest {
    function setUp() public override {
        super.setUp();
        deposit(payer, 1_000 * COIN);
    }

    function test_settlement_paysAll() public {
        bytes memory entries = bytes.concat(entry(payee, 100 * COIN), entry(otherPayee, 50 * COIN));
        vm.assertEq(
            ledger.hashSettlement(payer, LANE, FAR, entries), expectedDigest(payer, LANE, FAR, entries)
        );
        bytes memory signature = settlement(LANE, FAR, entries, PAYER_KEY);
        vm.expectEmit(address(ledger));
        emit CessCdnLedger.Redeemed(
            payer, payee, LANE, 100 * COIN, 100 * COIN, 5 * COIN, uint64(100 * COIN / 1e9), 0, payer
        );
        vm.expectEmit(address(ledger));
        emit CessCdnLedger.Redeemed(
            payer, otherPayee, LANE, 50 * COIN, 50 * COIN, 2.5 ether, uint64(50 * COIN / 1e9), 0, payer
        );
        ledger.settleSigned(payer, LANE, FAR, entries, signature);
        vm.assertEq(escrowOf(payer), 850 * COIN);
        vm.assertEq(creditOf(payee), 95 * COIN);
        vm.assertEq(creditOf(otherPayee), 47.5 ether);
        vm.assertEq(ledger.totalFees(), 7.5 ether);
    }

    function expectedDigest(address who, uint64 lane, uint64 expiry, bytes memory entries)
        private
        view
        returns (bytes32)
    {
        bytes32 typeHash = keccak256("Settlement(address payer,uint64 lane,uint64 expiry,bytes entries)");
        bytes32 structHash = keccak256(abi.encode(typeHash, who, lane, expiry, keccak256(entries)));
        return keccak256(abi.encodePacked(hex"1901", ledger.domainSeparator(), structHash));
    }

    function test_sameBytes_areNotPaidByVoucherAndSettlement() public {
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        settle(bytes.concat(entry(payee, 100 * COIN), entry(otherPayee, COIN)), PAYER_KEY);
        vm.assertEq(paidOn(payer, payee, LANE), 100 * COIN);
        vm.assertEq(escrowOf(payer), 899 * COIN);
        settle(entry(payee, 150 * COIN), PAYER_KEY);
        bytes memory late = signed(voucher(payee, 150 * COIN), PAYER_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(CessCdnLedger.StaleVoucher.selector, 150 * COIN, 150 * COIN)
        );
        ledger.redeem(voucher(payee, 150 * COIN), late);
        vm.assertEq(escrowOf(payer), 849 * COIN);
    }

    function test_replay_isRefused() public {
        bytes memory entries = entry(payee, COIN);
        settle(entries, PAYER_KEY);
        bytes memory signature = settlement(LANE, FAR, entries, PAYER_KEY);
        vm.expectRevert(CessCdnLedger.NothingToPay.selector);
        ledger.settleSigned(payer, LANE, FAR, entries, signature);
    }

    function test_samePayeeTwice_isPaidTheHighest() public {
        settle(bytes.concat(entry(payee, COIN), entry(payee, 3 * COIN), entry(payee, 2 * COIN)), PAYER_KEY);
        vm.assertEq(paidOn(payer, payee, LANE), 3 * COIN);
        vm.assertEq(escrowOf(payer), 997 * COIN);
    }

    function test_settlement_isTakenInItsLastSecondOnly() public {
        bytes memory entries = entry(payee, COIN);
        uint64 expiry = uint64(START + 50);
        bytes memory signature = settlement(LANE, expiry, entries, PAYER_KEY);
        vm.warp(START + 51);
        vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.SignatureExpired.selector, expiry, START + 51));
        ledger.settleSigned(payer, LANE, expiry, entries, signature);
        vm.warp(START + 50);
        ledger.settleSigned(payer, LANE, expiry, entries, signature);
        vm.assertEq(paidOn(payer, payee, LANE), COIN);
    }

    function test_moreThanTheEscrow_revertsAll() public {
        bytes memory entries = bytes.concat(entry(payee, 600 * COIN), entry(otherPayee, 401 * COIN));
        bytes memory signature = settlement(LANE, FAR, entries, PAYER_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(
                Escrows.InsufficientEscrow.selector, payer, otherPayee, 401 * COIN, 400 * COIN
            )
        );
        ledger.settleSigned(payer, LANE, FAR, entries, signature);
        vm.assertEq(creditOf(payee), 0);
    }

    function test_strangersSignature_isRefused() public {
        bytes memory entries = entry(payee, COIN);
        bytes memory signature = settlement(LANE, FAR, entries, STRANGER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, payer, LANE, stranger));
        ledger.settleSigned(payer, LANE, FAR, entries, signature);
    }

    function testFuzz_signature_coversEverything(uint8 field, uint256 place) public {
        bytes memory entries = bytes.concat(entry(payee, COIN), entry(otherPayee, COIN));
        bytes memory signature = settlement(LANE, FAR, entries, PAYER_KEY);
        uint64 lane = LANE;
        uint64 expiry = FAR;
        if (field % 3 == 0) {
            lane ^= uint64(1 << (place % 64));
        } else if (field % 3 == 1) {
            expiry += uint64(1 + place % 1_000);
        } else {
            place %= entries.length;
            entries[place] ^= bytes1(uint8(1 << (field % 8)));
        }
        (bool paid,) = address(ledger).call(
            abi.encodeCall(ledger.settleSigned, (payer, lane, expiry, entries, signature))
        );
        vm.assertFalse(paid, "a changed settlement was paid");
    }

    function test_hotKey_spendsItsCap() public {
        authorize(3 * COIN, FAR);
        settle(bytes.concat(entry(payee, COIN), entry(otherPayee, COIN)), HOT_KEY);
        vm.assertEq(remainingOf(hot), COIN);
        bytes memory entries = bytes.concat(entry(payee, 2 * COIN), entry(otherPayee, 2 * COIN));
        bytes memory signature = settlement(LANE, FAR, entries, HOT_KEY);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerCapExceeded.selector, hot, COIN, 0));
        ledger.settleSigned(payer, LANE, FAR, entries, signature);
    }

    function test_entries_areWhole() public {
        bytes memory entries = bytes.concat(entry(payee, COIN), hex"00");
        bytes memory signature = settlement(LANE, FAR, entries, PAYER_KEY);
        vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.MalformedBatch.selector, 45, 44));
        ledger.settleSigned(payer, LANE, FAR, entries, signature);
        vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.MalformedBatch.selector, 0, 44));
        ledger.settleSigned(payer, LANE, FAR, "", signature);
    }

    function test_nobody_isNoPayee() public {
        bytes memory entries = entry(address(0), COIN);
        bytes memory signature = settlement(LANE, FAR, entries, PAYER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, address(0)));
        ledger.settleSigned(payer, LANE, FAR, entries, signature);
    }

    function test_voucherSignature_isNoSettlement() public {
        bytes memory signature = signed(voucher(payee, COIN), PAYER_KEY);
        bytes memory entries = entry(payee, COIN);
        (bool paid,) = address(ledger).call(
            abi.encodeCall(ledger.settleSigned, (payer, LANE, FAR, entries, signature))
        );
        vm.assertFalse(paid, "a voucher's signature settled");
    }
}
