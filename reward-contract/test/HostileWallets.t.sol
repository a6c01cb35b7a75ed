// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {CessCdnLedger} from "../contracts/CessCdnLedger.sol";
import {Signers} from "../contracts/Signers.sol";
import {Voucher} from "../contracts/Vouchers.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {GreedyWallet, MeddlingWallet, MockingWallet, Wallet} from "./support/Wallets.sol";

/// @notice Payers that are contracts: good ones pay, hostile ones only fail.
contract HostileWalletsTest is LedgerTest {
    function from(address wallet, uint128 amount) private view returns (Voucher memory v) {
        v = voucher(payee, amount);
        v.payer = wallet;
    }

    function long(Voucher memory v, uint256 key) private view returns (bytes memory) {
        (uint8 parity, bytes32 r, bytes32 s) = vm.sign(key, ledger.hashVoucher(v));
        return abi.encodePacked(r, s, parity);
    }

    function test_wallet_paysByItsOwnersWord() public {
        address wallet = address(new Wallet(stranger));
        deposit(wallet, 10 * COIN);
        Voucher memory v = from(wallet, COIN);
        bytes memory signature = long(v, STRANGER_KEY);
        vm.expectEmit(address(ledger));
        emit CessCdnLedger.Redeemed(
            wallet, payee, LANE, COIN, COIN, 0.05 ether, v.bytesServed, v.receiptsRoot, wallet
        );
        ledger.redeem(v, signature);
        v = from(wallet, 2 * COIN);
        signature = long(v, PAYER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, wallet, LANE, payer));
        ledger.redeem(v, signature);
    }

    function test_wallet_settlesToo() public {
        address wallet = address(new Wallet(stranger));
        deposit(wallet, 10 * COIN);
        bytes memory entries = entry(payee, COIN);
        (uint8 parity, bytes32 r, bytes32 s) =
            vm.sign(STRANGER_KEY, ledger.hashSettlement(wallet, LANE, FAR, entries));
        ledger.settleSigned(wallet, LANE, FAR, entries, abi.encodePacked(r, s, parity));
        vm.assertEq(paidOn(wallet, payee, LANE), COIN);
    }

    function test_walletsHotKey_signsPackedVouchers() public {
        address wallet = address(new Wallet(stranger));
        deposit(wallet, 10 * COIN);
        Voucher memory v = from(wallet, COIN);
        bytes memory signature = signed(v, STRANGER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, wallet, LANE, stranger));
        ledger.redeemPacked(pack(v, signature));
        vm.prank(wallet);
        ledger.authorizeSigner(hot, LANE, COIN, FAR);
        ledger.redeemPacked(packed(v, HOT_KEY));
        vm.assertEq(paidOn(wallet, payee, LANE), COIN);
    }

    function test_walletThatAnswersNonsense_paysNothing() public {
        bytes[6] memory answers = [
            bytes(""),
            hex"1626ba",
            hex"1626ba7e",
            abi.encode(uint256(1)),
            abi.encode(bytes4(0xffffffff)),
            abi.encode(uint256(0x1626ba7e))
        ];
        for (uint256 i = 0; i < answers.length; i++) {
            refusesBy(new MockingWallet(answers[i], false));
        }
        refusesBy(new MockingWallet(abi.encode(IERC1271.isValidSignature.selector), true));
    }

    function refusesBy(MockingWallet wallet) private {
        deposit(address(wallet), COIN);
        Voucher memory v = from(address(wallet), COIN);
        bytes memory signature = signed(v, STRANGER_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, address(wallet), LANE, stranger)
        );
        ledger.redeem(v, signature);
        vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.MalformedSignature.selector, 3));
        ledger.redeem(v, hex"123456");
    }

    function test_walletThatSaysYesToAll_onlyRisksItsOwn() public {
        MockingWallet wallet = new MockingWallet(abi.encode(IERC1271.isValidSignature.selector), false);
        deposit(address(wallet), COIN);
        deposit(payer, COIN);
        Voucher memory v = from(address(wallet), COIN);
        ledger.redeem(v, "anything");
        vm.assertEq(escrowOf(address(wallet)), 0);
        vm.assertEq(escrowOf(payer), COIN);
    }

    function test_walletThatCallsBack_changesNothing() public {
        deposit(payer, 10 * COIN);
        Voucher memory other = voucher(otherPayee, COIN);
        bytes memory inner = abi.encodeCall(ledger.redeem, (other, signed(other, PAYER_KEY)));
        address wallet = address(new MeddlingWallet(address(ledger), inner));
        deposit(wallet, COIN);
        Voucher memory v = from(wallet, COIN);
        bytes memory signature = signed(v, STRANGER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, wallet, LANE, stranger));
        ledger.redeem(v, signature);
        vm.assertEq(paidOn(payer, otherPayee, LANE), 0);
    }

    function test_walletThatBurnsGas_onlyFailsItsOwnVoucher() public {
        address wallet = address(new GreedyWallet());
        deposit(wallet, COIN);
        Voucher memory v = from(wallet, COIN);
        bytes memory signature = signed(v, STRANGER_KEY);
        (bool paid,) = address(ledger).call{gas: 500_000}(abi.encodeCall(ledger.redeem, (v, signature)));
        vm.assertFalse(paid, "paid");
        vm.assertEq(escrowOf(wallet), COIN);
    }
}
