// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CessCdnLedger} from "../contracts/CessCdnLedger.sol";
import {Credits} from "../contracts/Credits.sol";
import {Nodes} from "../contracts/Nodes.sol";
import {Signers} from "../contracts/Signers.sol";
import {Voucher} from "../contracts/Vouchers.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @notice Each class of defect of the contract that CESS runs today, as a thing that cannot happen here.
contract PresentContractDefectsTest is LedgerTest {
    address private constant operator = address(0x09E7);
    address private constant otherOperator = address(0x09E8);

    function setUp() public override {
        super.setUp();
        deposit(payer, 1_000 * COIN);
        fund(operator, 1_000 * COIN);
        fund(otherOperator, 1_000 * COIN);
    }

    /// There: a pending reward is assigned instead of added.
    function test_pendingReward_isAddedNotAssigned() public {
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        redeem(voucher(payee, 110 * COIN), PAYER_KEY);
        Voucher memory other = voucher(payee, 40 * COIN);
        other.lane = LANE + 1;
        redeem(other, PAYER_KEY);
        vm.assertEq(creditOf(payee), 150 * COIN * 95 / 100);
    }

    /// There: anyone can overwrite another node's record.
    function test_nodeRecord_isOverwrittenByItsOperatorOnly() public {
        vm.prank(operator);
        ledger.registerNode("key", "eu", "r", "s", MIN_STAKE);
        vm.prank(otherOperator);
        ledger.registerNode("key", "us", "x", "y", MIN_STAKE);
        vm.assertEq(ledger.nodeOf(operator).region, bytes32("eu"));
        vm.assertEq(ledger.nodeOf(operator).attestationR, bytes32("r"));
        vm.assertEq(ledger.nodeOf(operator).stake, MIN_STAKE);
    }

    /// There: one licence token bonds many nodes.
    function test_oneStake_bondsOneNode() public {
        vm.startPrank(operator);
        ledger.registerNode("key1", "eu", "r", "s", MIN_STAKE);
        ledger.registerNode("key2", "eu", "r", "s", 0);
        vm.stopPrank();
        vm.assertEq(ledger.nodeOf(operator).peerKey, bytes32("key2"));
        vm.prank(otherOperator);
        vm.expectRevert(abi.encodeWithSelector(Nodes.InsufficientStake.selector, 0, MIN_STAKE));
        ledger.registerNode("key1", "eu", "r", "s", 0);
        vm.assertEq(token.balanceOf(address(ledger)), 1_000 * COIN + MIN_STAKE);
    }

    /// There: a TEE node cannot exit.
    function test_everyNode_canExit_evenInAPause() public {
        vm.prank(operator);
        ledger.registerNode("key", "eu", "r", "s", MIN_STAKE);
        vm.prank(guardian);
        ledger.pause();
        vm.startPrank(operator);
        ledger.startExit();
        vm.warp(START + EXIT);
        ledger.finishExit(operator);
        vm.assertEq(token.balanceOf(operator), 1_000 * COIN);
    }

    /// There: an unfunded term bonus is paid out of other nodes' collateral.
    function test_bonus_isNeverPaidFromOthersMoney() public {
        vm.prank(otherOperator);
        ledger.registerNode("key", "eu", "r", "s", MIN_STAKE);
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        uint128 pool = uint128(ledger.poolBalance());
        uint128 subsidy = ledger.claimSubsidy(payee);
        vm.assertLe(subsidy, pool, "more than the pool");
        vm.expectRevert(
            abi.encodeWithSelector(Credits.NothingToClaim.selector, payee, 0, uint256(pool) - subsidy)
        );
        ledger.claimSubsidy(payee);
        uint128 credit = creditOf(payee);
        vm.prank(payee);
        ledger.withdraw(payee, credit);
        ledger.burnFees();
        vm.assertEq(
            token.balanceOf(address(ledger)), 900 * COIN + MIN_STAKE + ledger.poolBalance()
        );
    }

    /// There: any address that a user paid acts as the "TEE" and directs money.
    function test_whoWasPaid_directsNobodysMoney() public {
        uint256 paidKey = 0xBAD;
        address paid = vm.addr(paidKey);
        redeem(voucher(paid, 100 * COIN), PAYER_KEY);
        bytes memory signature = signed(voucher(otherPayee, COIN), paidKey);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, payer, LANE, paid));
        ledger.redeem(voucher(otherPayee, COIN), signature);
        bytes memory entries = entry(otherPayee, COIN);
        signature = settlement(LANE, FAR, entries, paidKey);
        vm.expectRevert(abi.encodeWithSelector(Signers.SignerNotAuthorized.selector, payer, LANE, paid));
        ledger.settleSigned(payer, LANE, FAR, entries, signature);
    }

    /// There: the stake's signature has no nonce, chain id or contract.
    function test_attestation_isForThisChainAndContract() public {
        bytes32 here = ledger.nodeAttestation(operator, "key", "eu");
        vm.chainId(11330);
        vm.assertTrue(ledger.nodeAttestation(operator, "key", "eu") != here);
    }

    /// There: the payout loop can pay twice after a crash.
    function test_resentRedemption_paysNothing() public {
        bytes memory bunch = packed(voucher(payee, 100 * COIN), PAYER_KEY);
        ledger.redeemPacked(bunch);
        (bool paid,) = address(ledger).call(abi.encodeCall(ledger.redeemPacked, (bunch)));
        vm.assertFalse(paid, "paid twice");
        vm.assertEq(creditOf(payee), 95 * COIN);
    }

    /// There: the owner sets the price at once.
    function test_terms_areInTheCode_notInStorage() public {
        // The same code without any storage has the same terms, so no call can have changed them.
        address bare = address(0xBA4E);
        vm.etch(bare, address(ledger).code);
        vm.assertEq(CessCdnLedger(bare).feeBps(), FEE_BPS);
        vm.assertEq(CessCdnLedger(bare).burnBps(), BURN_BPS);
        vm.assertEq(CessCdnLedger(bare).kappaBps(), KAPPA_BPS);
        vm.assertEq(CessCdnLedger(bare).thawSeconds(), THAW);
        vm.assertEq(CessCdnLedger(bare).guardian(), guardian);
        vm.assertEq(address(CessCdnLedger(bare).token()), address(token));
    }
}
