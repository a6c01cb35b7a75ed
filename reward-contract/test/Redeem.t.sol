// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CessCdnLedger} from "../contracts/CessCdnLedger.sol";
import {Escrows} from "../contracts/Escrows.sol";
import {Signers} from "../contracts/Signers.sol";
import {Terms} from "../contracts/Terms.sol";
import {Voucher} from "../contracts/Vouchers.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @notice Redemption of vouchers: one, many, packed.
contract RedeemTest is LedgerTest {
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function setUp() public override {
        super.setUp();
        deposit(payer, 1_000 * COIN);
    }

    function test_voucher_movesItsAmountLessTheFee() public {
        Voucher memory v = voucher(payee, 100 * COIN);
        bytes memory signature = signed(v, PAYER_KEY);
        vm.expectEmit(address(ledger));
        emit CessCdnLedger.Redeemed(
            payer, payee, LANE, 100 * COIN, 100 * COIN, 5 * COIN, v.bytesServed, v.receiptsRoot, payer
        );
        ledger.redeem(v, signature);
        vm.assertEq(escrowOf(payer), 900 * COIN);
        vm.assertEq(creditOf(payee), 95 * COIN);
        vm.assertEq(ledger.totalFees(), 5 * COIN);
        vm.assertEq(ledger.openFees(), 5 * COIN);
        (uint128 amount, uint64 bytesServed) = ledger.laneOf(payer, payee, LANE);
        vm.assertEq(amount, 100 * COIN);
        vm.assertEq(bytesServed, v.bytesServed);
    }

    function test_digest_isOfTheStructureOfEip712() public view {
        Voucher memory v = voucher(payee, 100 * COIN);
        bytes32 typeHash = keccak256(
            "Voucher(address payer,address payee,uint64 lane,uint128 amount,uint64 bytesServed,uint64 expiry,bytes32 receiptsRoot)"
        );
        bytes32 domainType =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 separator = keccak256(
            abi.encode(domainType, keccak256("CessCdnLedger"), keccak256("1"), block.chainid, address(ledger))
        );
        bytes32 structHash = keccak256(
            abi.encode(
                typeHash, v.payer, v.payee, v.lane, v.amount, v.bytesServed, v.expiry, v.receiptsRoot
            )
        );
        vm.assertEq(ledger.domainSeparator(), separator);
        vm.assertEq(ledger.hashVoucher(v), keccak256(abi.encodePacked(hex"1901", separator, structHash)));
    }

    function test_laterVoucher_movesTheDifference() public {
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        Voucher memory v = voucher(payee, 130 * COIN);
        bytes memory signature = signed(v, PAYER_KEY);
        vm.expectEmit(address(ledger));
        emit CessCdnLedger.Redeemed(
            payer, payee, LANE, 130 * COIN, 30 * COIN, 1.5 ether, v.bytesServed, v.receiptsRoot, payer
        );
        ledger.redeem(v, signature);
        vm.assertEq(escrowOf(payer), 870 * COIN);
        vm.assertEq(creditOf(payee), 123.5 ether);
    }

    function test_replay_isRefused() public {
        Voucher memory v = voucher(payee, 100 * COIN);
        redeem(v, PAYER_KEY);
        bytes memory signature = signed(v, PAYER_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(CessCdnLedger.StaleVoucher.selector, 100 * COIN, 100 * COIN)
        );
        ledger.redeem(v, signature);
    }

    function test_earlierVoucher_isRefusedAfterALaterOne() public {
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        Voucher memory v = voucher(payee, 99 * COIN);
        bytes memory signature = signed(v, PAYER_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(CessCdnLedger.StaleVoucher.selector, 99 * COIN, 100 * COIN)
        );
        ledger.redeem(v, signature);
    }

    function test_lanes_areCountedApart() public {
        Voucher memory v = voucher(payee, 100 * COIN);
        redeem(v, PAYER_KEY);
        v.lane = LANE + 1;
        redeem(v, PAYER_KEY);
        v.lane = LANE;
        v.payee = otherPayee;
        redeem(v, PAYER_KEY);
        vm.assertEq(escrowOf(payer), 700 * COIN);
        vm.assertEq(paidOn(payer, payee, LANE), 100 * COIN);
        vm.assertEq(paidOn(payer, payee, LANE + 1), 100 * COIN);
        vm.assertEq(paidOn(payer, otherPayee, LANE), 100 * COIN);
        vm.assertEq(paidOn(payer, otherPayee, LANE + 1), 0);
    }

    function test_fewerBytesThanBefore_doNotMakeAVoucherWorthless() public {
        Voucher memory v = voucher(payee, 10 * COIN);
        v.bytesServed = type(uint64).max;
        redeem(v, PAYER_KEY);
        v.amount = 11 * COIN;
        v.bytesServed = 5;
        redeem(v, PAYER_KEY);
        (uint128 amount, uint64 bytesServed) = ledger.laneOf(payer, payee, LANE);
        vm.assertEq(amount, 11 * COIN);
        vm.assertEq(bytesServed, type(uint64).max);
    }

    function test_voucher_isTakenInItsLastSecond() public {
        Voucher memory v = voucher(payee, COIN);
        v.expiry = uint64(START + 100);
        vm.warp(START + 100);
        redeem(v, PAYER_KEY);
        vm.assertEq(paidOn(payer, payee, LANE), COIN);
    }

    function test_voucher_isRefusedASecondLater() public {
        Voucher memory v = voucher(payee, COIN);
        v.expiry = uint64(START + 100);
        bytes memory signature = signed(v, PAYER_KEY);
        vm.warp(START + 101);
        vm.expectRevert(
            abi.encodeWithSelector(CessCdnLedger.SignatureExpired.selector, START + 100, START + 101)
        );
        ledger.redeem(v, signature);
        vm.expectRevert(
            abi.encodeWithSelector(CessCdnLedger.SignatureExpired.selector, START + 100, START + 101)
        );
        ledger.redeemPacked(pack(v, signature));
    }

    function test_moreThanTheEscrow_isRefusedWhole() public {
        Voucher memory v = voucher(payee, 1_000 * COIN + 1);
        bytes memory signature = signed(v, PAYER_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(
                Escrows.InsufficientEscrow.selector, payer, payee, 1_000 * COIN + 1, 1_000 * COIN
            )
        );
        ledger.redeem(v, signature);
        vm.assertEq(paidOn(payer, payee, LANE), 0);
    }

    function test_exactlyTheEscrow_isPaid() public {
        redeem(voucher(payee, 1_000 * COIN), PAYER_KEY);
        vm.assertEq(escrowOf(payer), 0);
    }

    function test_nobody_isNoPayee() public {
        Voucher memory v = voucher(address(0), COIN);
        bytes memory signature = signed(v, PAYER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, address(0)));
        ledger.redeem(v, signature);
        v = voucher(address(ledger), COIN);
        signature = signed(v, PAYER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, address(ledger)));
        ledger.redeem(v, signature);
    }

    function test_strangersSignature_isRefused() public {
        Voucher memory v = voucher(payee, COIN);
        bytes memory signature = signed(v, STRANGER_KEY);
        bytes memory refusal =
            abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, payer, LANE, stranger);
        vm.expectRevert(refusal);
        ledger.redeem(v, signature);
        vm.expectRevert(refusal);
        ledger.redeemPacked(pack(v, signature));
    }

    function testFuzz_signature_coversEveryField(uint8 field, uint256 flip) public {
        Voucher memory v = voucher(payee, COIN);
        bytes memory signature = signed(v, PAYER_KEY);
        field = uint8(field % 6);
        flip = 1 << (flip % (field == 0 ? 160 : field == 1 || field == 3 ? 64 : field == 2 ? 128 : field == 4 ? 31 : 256));
        if (field == 0) {
            v.payee = address(uint160(v.payee) ^ uint160(flip));
        } else if (field == 1) {
            v.lane ^= uint64(flip);
        } else if (field == 2) {
            v.amount ^= uint128(flip);
        } else if (field == 3) {
            v.bytesServed ^= uint64(flip);
        } else if (field == 4) {
            v.expiry = uint64(v.expiry + flip);
        } else {
            v.receiptsRoot ^= bytes32(flip);
        }
        (bool paid, bytes memory refusal) = address(ledger).call(abi.encodeCall(ledger.redeem, (v, signature)));
        vm.assertFalse(paid, "a changed voucher was paid");
        vm.assertEq(bytes32(bytes4(refusal)), bytes32(Signers.SignerNotAuthorized.selector), "the reason");
    }

    function test_highS_isRefused() public {
        Voucher memory v = voucher(payee, COIN);
        (uint8 parity, bytes32 r, bytes32 s) = vm.sign(PAYER_KEY, ledger.hashVoucher(v));
        vm.assertLe(uint256(s), HALF_ORDER, "low s");
        bytes memory flipped = abi.encodePacked(r, bytes32(ORDER - uint256(s)), parity == 27 ? uint8(28) : uint8(27));
        vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.MalformedSignature.selector, 65));
        ledger.redeem(v, flipped);
    }

    function test_bothLowForms_areTheSameSignature() public {
        Voucher memory v = voucher(payee, COIN);
        (uint8 parity, bytes32 r, bytes32 s) = vm.sign(PAYER_KEY, ledger.hashVoucher(v));
        ledger.redeem(v, abi.encodePacked(r, s, parity));
        bytes memory compact = signed(v, PAYER_KEY);
        vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.StaleVoucher.selector, COIN, COIN));
        ledger.redeem(v, compact);
    }

    function test_signaturesOfOtherLengths_areRefused() public {
        Voucher memory v = voucher(payee, COIN);
        bytes memory whole = abi.encodePacked(signed(v, PAYER_KEY), bytes2(0));
        for (uint256 length = 0; length <= 66; length++) {
            if (length == 64 || length == 65) {
                continue;
            }
            bytes memory part = new bytes(length);
            for (uint256 i = 0; i < length; i++) {
                part[i] = whole[i];
            }
            vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.MalformedSignature.selector, length));
            ledger.redeem(v, part);
        }
    }

    function test_signatureOfNoPoint_isRefused() public {
        Voucher memory v = voucher(payee, COIN);
        vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.MalformedSignature.selector, 64));
        ledger.redeem(v, new bytes(64));
        vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.MalformedSignature.selector, 64));
        ledger.redeemPacked(pack(v, new bytes(64)));
    }

    function test_otherChain_isRefused() public {
        Voucher memory v = voucher(payee, COIN);
        bytes memory signature = signed(v, PAYER_KEY);
        uint256 before = vm.snapshotState();
        vm.chainId(11330);
        (bool paid,) = address(ledger).call(abi.encodeCall(ledger.redeem, (v, signature)));
        vm.assertFalse(paid, "a voucher of another chain was paid");
        (paid,) = address(ledger).call(abi.encodeCall(ledger.redeemPacked, (pack(v, signature))));
        vm.assertFalse(paid, "a packed voucher of another chain was paid");
        vm.revertToState(before);
        ledger.redeem(v, signature);
    }

    function test_otherContract_isRefused() public {
        Voucher memory v = voucher(payee, COIN);
        bytes memory signature = signed(v, PAYER_KEY);
        CessCdnLedger other = new CessCdnLedger(token, parameters());
        token.mint(address(this), COIN);
        token.approve(address(other), COIN);
        other.deposit(payer, COIN);
        (bool paid,) = address(other).call(abi.encodeCall(other.redeem, (v, signature)));
        vm.assertFalse(paid, "a voucher of another contract was paid");
    }

    function test_many_payOfSeveralPayers() public {
        uint256 secondKey = 0xDEED;
        address second = vm.addr(secondKey);
        deposit(second, 10 * COIN);
        Voucher[] memory vouchers = new Voucher[](3);
        bytes[] memory signatures = new bytes[](3);
        vouchers[0] = voucher(payee, COIN);
        vouchers[1] = voucher(otherPayee, 2 * COIN);
        vouchers[2] = voucher(payee, 3 * COIN);
        vouchers[2].payer = second;
        signatures[0] = signed(vouchers[0], PAYER_KEY);
        signatures[1] = signed(vouchers[1], PAYER_KEY);
        signatures[2] = signed(vouchers[2], secondKey);
        ledger.redeemMany(vouchers, signatures);
        vm.assertEq(escrowOf(payer), 997 * COIN);
        vm.assertEq(escrowOf(second), 7 * COIN);
        vm.assertEq(creditOf(payee), 4 * COIN - feeOf(COIN) - feeOf(3 * COIN));
        vm.assertEq(creditOf(otherPayee), 2 * COIN - feeOf(2 * COIN));
        vm.assertEq(ledger.totalFees(), feeOf(COIN) + feeOf(2 * COIN) + feeOf(3 * COIN));
    }

    function test_many_passOverWhatIsPaid() public {
        Voucher[] memory vouchers = new Voucher[](3);
        bytes[] memory signatures = new bytes[](3);
        vouchers[0] = voucher(payee, COIN);
        vouchers[1] = voucher(payee, COIN);
        vouchers[2] = voucher(payee, 2 * COIN);
        for (uint256 i = 0; i < 3; i++) {
            signatures[i] = signed(vouchers[i], PAYER_KEY);
        }
        ledger.redeemMany(vouchers, signatures);
        vm.assertEq(paidOn(payer, payee, LANE), 2 * COIN);
        vm.assertEq(escrowOf(payer), 998 * COIN);
        vm.expectRevert(CessCdnLedger.NothingToPay.selector);
        ledger.redeemMany(vouchers, signatures);
    }

    function test_many_needAsManySignatures() public {
        vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.LengthsDiffer.selector, 1, 0));
        ledger.redeemMany(new Voucher[](1), new bytes[](0));
        vm.expectRevert(CessCdnLedger.NothingToPay.selector);
        ledger.redeemMany(new Voucher[](0), new bytes[](0));
    }

    function test_oneBadOfMany_revertsAll() public {
        Voucher[] memory vouchers = new Voucher[](2);
        bytes[] memory signatures = new bytes[](2);
        vouchers[0] = voucher(payee, COIN);
        vouchers[1] = voucher(otherPayee, COIN);
        signatures[0] = signed(vouchers[0], PAYER_KEY);
        signatures[1] = signed(vouchers[1], STRANGER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, payer, LANE, stranger));
        ledger.redeemMany(vouchers, signatures);
        vm.assertEq(escrowOf(payer), 1_000 * COIN);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, payer, LANE, stranger));
        ledger.redeemPacked(
            bytes.concat(pack(vouchers[0], signatures[0]), pack(vouchers[1], signatures[1]))
        );
        vm.assertEq(creditOf(payee), 0);
    }

    function testFuzz_packed_paysAsOneByOne(uint128[5] memory amounts, uint8 payees, uint8 lanes) public {
        deposit(payer, type(uint120).max);
        Voucher[] memory vouchers = new Voucher[](5);
        bytes[] memory signatures = new bytes[](5);
        bytes memory bunch;
        for (uint256 i = 0; i < 5; i++) {
            vouchers[i] = voucher(payees >> i & 1 == 0 ? payee : otherPayee, 1 + amounts[i] % type(uint112).max);
            vouchers[i].lane = lanes >> i & 1;
            signatures[i] = signed(vouchers[i], PAYER_KEY);
            bunch = bytes.concat(bunch, pack(vouchers[i], signatures[i]));
        }
        uint256 before = vm.snapshotState();
        ledger.redeemPacked(bunch);
        bytes32 packedOutcome = outcome();
        vm.revertToState(before);
        ledger.redeemMany(vouchers, signatures);
        bytes32 manyOutcome = outcome();
        vm.revertToState(before);
        for (uint256 i = 0; i < 5; i++) {
            if (vouchers[i].amount > paidOn(payer, vouchers[i].payee, vouchers[i].lane)) {
                ledger.redeem(vouchers[i], signatures[i]);
            }
        }
        vm.assertEq(packedOutcome, outcome(), "packed");
        vm.assertEq(manyOutcome, outcome(), "many");
    }

    function outcome() private view returns (bytes32) {
        bytes memory all = abi.encode(escrowOf(payer), creditOf(payee), creditOf(otherPayee), ledger.totalFees());
        for (uint64 lane = 0; lane < 2; lane++) {
            all = abi.encode(all, paidOn(payer, payee, lane), paidOn(payer, otherPayee, lane));
        }
        return keccak256(all);
    }

    function test_packed_isAWholeNumberOfVouchers() public {
        bytes memory one = packed(voucher(payee, COIN), PAYER_KEY);
        vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.MalformedBatch.selector, 0, 176));
        ledger.redeemPacked("");
        vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.MalformedBatch.selector, 177, 176));
        ledger.redeemPacked(bytes.concat(one, hex"00"));
        ledger.redeemPacked(one);
        vm.expectRevert(CessCdnLedger.NothingToPay.selector);
        ledger.redeemPacked(one);
    }

    function testFuzz_replaysInAnyOrder_payTheHighestOnce(uint256 seed) public {
        uint128 highest;
        for (uint256 i = 0; i < 8; i++) {
            uint128 amount = uint128(1 + uint256(keccak256(abi.encode(seed, i))) % (100 * COIN));
            highest = amount > highest ? amount : highest;
            Voucher memory v = voucher(payee, amount);
            bytes memory signature = signed(v, PAYER_KEY);
            uint128 before = paidOn(payer, payee, LANE);
            (bool paid,) = address(ledger).call(abi.encodeCall(ledger.redeem, (v, signature)));
            vm.assertTrue(paid == (amount > before), "paid what is above");
        }
        vm.assertEq(paidOn(payer, payee, LANE), highest);
        vm.assertEq(escrowOf(payer), 1_000 * COIN - highest);
    }

    function testFuzz_fee_isRoundedUp(uint128 amount) public {
        amount = uint128(within(amount, 1, type(uint128).max - 1_000 * COIN));
        deposit(payer, amount);
        redeem(voucher(payee, amount), PAYER_KEY);
        vm.assertEq(ledger.totalFees(), feeOf(amount));
        vm.assertEq(creditOf(payee), amount - feeOf(amount));
    }

    function test_theSmallestPayment_isItsFee() public {
        redeem(voucher(payee, 1), PAYER_KEY);
        vm.assertEq(creditOf(payee), 0);
        vm.assertEq(ledger.totalFees(), 1);
    }

    function test_ether_isNotTaken() public {
        (bool taken,) = address(ledger).call{value: 1}("");
        vm.assertFalse(taken, "ether");
    }
}
