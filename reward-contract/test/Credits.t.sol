// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Credits} from "../contracts/Credits.sol";
import {CessCdnLedger} from "../contracts/CessCdnLedger.sol";
import {Parameters, Terms} from "../contracts/Terms.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @notice Credit, fees, the pool and its subsidies.
contract CreditsTest is LedgerTest {
    address private constant sponsor = address(0x5905);

    function setUp() public override {
        super.setUp();
        deposit(payer, 10_000 * COIN);
    }

    function test_credit_isWithdrawnByItsOwner() public {
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        vm.startPrank(payee);
        vm.expectEmit(address(ledger));
        emit Credits.Withdrawn(payee, stranger, 90 * COIN);
        ledger.withdraw(stranger, 90 * COIN);
        vm.assertEq(token.balanceOf(stranger), 90 * COIN);
        vm.expectRevert(abi.encodeWithSelector(Credits.InsufficientCredit.selector, 5 * COIN + 1, 5 * COIN));
        ledger.withdraw(stranger, 5 * COIN + 1);
        ledger.withdraw(payee, 5 * COIN);
        vm.assertEq(token.balanceOf(payee), 5 * COIN);
        vm.assertEq(creditOf(payee), 0);
    }

    function test_credit_isNotWithdrawnByOthers() public {
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(Credits.InsufficientCredit.selector, 1, 0));
        ledger.withdraw(payer, 1);
    }

    function test_withdrawal_isOfSomethingToSomebody() public {
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        vm.startPrank(payee);
        vm.expectRevert(Terms.ZeroAmount.selector);
        ledger.withdraw(payee, 0);
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, address(0)));
        ledger.withdraw(address(0), 1);
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, address(ledger)));
        ledger.withdraw(address(ledger), 1);
    }

    function test_fees_areBurnedInPartAndFeedThePool() public {
        redeem(voucher(payee, 1_000 * COIN), PAYER_KEY);
        vm.assertEq(ledger.totalFees(), 50 * COIN);
        vm.assertEq(ledger.burnableFees(), 20 * COIN);
        vm.assertEq(ledger.poolBalance(), 30 * COIN);
        vm.expectEmit(address(ledger));
        emit Credits.FeesBurned(20 * COIN);
        ledger.burnFees();
        vm.assertEq(token.balanceOf(ledger.BURNED()), 20 * COIN);
        vm.assertEq(ledger.burnableFees(), 0);
        vm.assertEq(ledger.poolBalance(), 30 * COIN);
        vm.expectRevert(Credits.NothingToBurn.selector);
        ledger.burnFees();
    }

    function test_subsidy_isKappaOfTheFees() public {
        redeem(voucher(payee, 1_000 * COIN), PAYER_KEY);
        vm.expectEmit(address(ledger));
        emit Credits.SubsidyClaimed(payee, 50 * COIN, 25 * COIN);
        vm.assertEq(ledger.claimSubsidy(payee), 25 * COIN);
        vm.assertEq(creditOf(payee), 975 * COIN);
        vm.assertEq(ledger.poolBalance(), 5 * COIN);
        vm.assertEq(ledger.openFees(), 0);
        (, uint128 fees) = ledger.creditOf(payee);
        vm.assertEq(fees, 0);
    }

    function test_subsidy_isClaimedOnce() public {
        redeem(voucher(payee, 1_000 * COIN), PAYER_KEY);
        ledger.claimSubsidy(payee);
        vm.expectRevert(abi.encodeWithSelector(Credits.NothingToClaim.selector, payee, 0, 5 * COIN));
        ledger.claimSubsidy(payee);
    }

    function test_whoGeneratedNoFees_getsNone() public {
        redeem(voucher(payee, 1_000 * COIN), PAYER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Credits.NothingToClaim.selector, otherPayee, 0, 30 * COIN));
        ledger.claimSubsidy(otherPayee);
    }

    function test_poorPool_isSharedByFees_whoeverAsksFirst() public {
        ledger = allBurning();
        deposit(payer, 400 * COIN);
        fund(sponsor, 4 * COIN);
        vm.prank(sponsor);
        ledger.fundPool(4 * COIN);
        redeem(voucher(payee, 300 * COIN), PAYER_KEY);
        redeem(voucher(otherPayee, 100 * COIN), PAYER_KEY);
        uint256 before = vm.snapshotState();
        uint256 first = ledger.claimSubsidy(payee);
        uint256 second = ledger.claimSubsidy(otherPayee);
        vm.revertToState(before);
        vm.assertEq(ledger.claimSubsidy(otherPayee), second);
        vm.assertEq(ledger.claimSubsidy(payee), first);
        vm.assertEq(first, 3 * COIN);
        vm.assertEq(second, COIN);
    }

    function test_emptyPool_paysNothing() public {
        // All fees are burned where burnBps is the whole.
        ledger = allBurning();
        deposit(payer, 100 * COIN);
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        vm.assertEq(ledger.poolBalance(), 0);
        vm.assertEq(ledger.burnableFees(), 5 * COIN);
        vm.expectRevert(abi.encodeWithSelector(Credits.NothingToClaim.selector, payee, 5 * COIN, 0));
        ledger.claimSubsidy(payee);
        // The fees stay open for when somebody funds the pool: then it is the pool that limits.
        fund(sponsor, COIN);
        vm.prank(sponsor);
        ledger.fundPool(COIN);
        vm.assertEq(ledger.claimSubsidy(payee), COIN);
        vm.assertEq(ledger.poolBalance(), 0);
    }

    function test_sponsor_fundsThePool() public {
        fund(sponsor, 500 * COIN);
        vm.startPrank(sponsor);
        vm.expectEmit(address(ledger));
        emit Credits.PoolFunded(sponsor, 500 * COIN);
        ledger.fundPool(500 * COIN);
        vm.assertEq(ledger.poolBalance(), 500 * COIN);
        vm.expectRevert(Terms.ZeroAmount.selector);
        ledger.fundPool(0);
    }

    function testFuzz_dealingWithOneself_loses(uint128 volume, uint8 rounds, uint128 sponsored) public {
        volume = uint128(within(volume, 1, 1e30));
        sponsored = uint128(within(sponsored, 1, 1e32));
        fund(sponsor, sponsored);
        vm.prank(sponsor);
        ledger.fundPool(sponsored);
        deposit(payer, volume);
        uint256 had = volume;
        uint256 held = volume;
        uint128 amount;
        // The coalition pays itself all it has, again and again.
        for (uint256 i = 0; i < 1 + rounds % 5 && held != 0; i++) {
            amount += uint128(held);
            redeem(voucher(payee, amount), PAYER_KEY);
            (, uint128 fees) = ledger.creditOf(payee);
            if (fees >= 2) {
                ledger.claimSubsidy(payee);
            }
            held = creditOf(payee);
            if (held != 0) {
                vm.startPrank(payee);
                ledger.withdraw(payee, uint128(held));
                token.approve(address(ledger), held);
                ledger.deposit(payer, uint128(held));
                vm.stopPrank();
            }
        }
        uint256 fees_ = ledger.totalFees();
        vm.assertLe(held + fees_ - fees_ * KAPPA_BPS / 10_000, had, "a coalition gained");
    }

    function allBurning() private returns (CessCdnLedger) {
        Parameters memory chosen = parameters();
        chosen.burnBps = 10_000;
        return new CessCdnLedger(token, chosen);
    }
}
