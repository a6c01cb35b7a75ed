// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {CessCdnLedger} from "../contracts/CessCdnLedger.sol";
import {Vault} from "../contracts/Vault.sol";
import {DevToken} from "../contracts/dev/DevToken.sol";
import {
    CallingToken,
    CrookedToken,
    FalseToken,
    PausingToken,
    SilentToken,
    SixDecimalsToken,
    TaxingToken
} from "./support/HostileTokens.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @notice Tokens that do not do what they were told: the ledger's sums hold all the same.
contract HostileTokensTest is LedgerTest {
    function use(address hostile) private {
        token = DevToken(hostile);
        ledger = new CessCdnLedger(IERC20(hostile), parameters());
    }

    function test_taxingToken_isRefusedOnTheWayIn() public {
        TaxingToken taxing = new TaxingToken();
        use(address(taxing));
        taxing.tax(true, false);
        fund(payer, 100 * COIN);
        vm.startPrank(payer);
        bytes memory refusal = abi.encodeWithSelector(Vault.UnexpectedTransfer.selector, 100 * COIN, 99 * COIN);
        vm.expectRevert(refusal);
        ledger.deposit(payer, 100 * COIN);
        vm.expectRevert(refusal);
        ledger.fundPool(100 * COIN);
        vm.expectRevert(refusal);
        ledger.registerNode("key", "eu", "r", "s", 100 * COIN);
    }

    function test_tokenThatTaxesTheSender_cannotTakeFromOthers() public {
        TaxingToken taxing = new TaxingToken();
        use(address(taxing));
        deposit(payer, 200 * COIN);
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        taxing.tax(false, true);
        vm.startPrank(payee);
        vm.expectRevert(abi.encodeWithSelector(Vault.UnexpectedTransfer.selector, 50 * COIN, 50.5 ether));
        ledger.withdraw(payee, 50 * COIN);
        taxing.tax(false, false);
        ledger.withdraw(payee, 50 * COIN);
    }

    function test_crookedToken_isRefusedBothWays() public {
        CrookedToken crooked = new CrookedToken();
        use(address(crooked));
        crooked.mint(address(ledger), 10 * COIN);
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(Vault.UnexpectedTransfer.selector, COIN, 0));
        ledger.deposit(payer, COIN);
        vm.stopPrank();
        TaxingToken taxing = new TaxingToken();
        use(address(taxing));
        deposit(payer, 100 * COIN);
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        vm.etch(address(taxing), address(crooked).code);
        vm.prank(payee);
        vm.expectRevert(abi.encodeWithSelector(Vault.UnexpectedTransfer.selector, COIN, 0));
        ledger.withdraw(payee, COIN);
    }

    function test_falseToken_isNotBelieved() public {
        FalseToken liar = new FalseToken();
        use(address(liar));
        deposit(payer, 100 * COIN);
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        liar.refuse(true);
        fund(payer, COIN);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(liar)));
        ledger.deposit(payer, COIN);
        vm.prank(payee);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(liar)));
        ledger.withdraw(payee, COIN);
        vm.assertEq(creditOf(payee), 95 * COIN);
    }

    function test_silentToken_works() public {
        SilentToken silent = new SilentToken();
        use(address(silent));
        silent.mint(payer, 100 * COIN);
        vm.startPrank(payer);
        silent.approve(address(ledger), 100 * COIN);
        ledger.deposit(payer, 100 * COIN);
        vm.stopPrank();
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        vm.prank(payee);
        ledger.withdraw(payee, 95 * COIN);
        vm.assertEq(silent.balanceOf(payee), 95 * COIN);
    }

    function test_pausedToken_keepsCreditForLater() public {
        PausingToken pausing = new PausingToken();
        use(address(pausing));
        deposit(payer, 100 * COIN);
        pausing.pause(true);
        redeem(voucher(payee, 100 * COIN), PAYER_KEY);
        vm.startPrank(payee);
        vm.expectRevert(abi.encodeWithSignature("Error(string)", "token paused"));
        ledger.withdraw(payee, 95 * COIN);
        vm.assertEq(creditOf(payee), 95 * COIN);
        pausing.pause(false);
        ledger.withdraw(payee, 95 * COIN);
        vm.assertEq(pausing.balanceOf(payee), 95 * COIN);
    }

    function test_sixDecimals_areOnlyNumbers() public {
        use(address(new SixDecimalsToken()));
        deposit(payer, 1_000_000);
        redeem(voucher(payee, 999_999), PAYER_KEY);
        vm.assertEq(creditOf(payee), 999_999 - 50_000);
    }

    function test_reentry_isRefusedAtEveryDoor() public {
        CallingToken calling = new CallingToken();
        use(address(calling));
        deposit(payer, 100 * COIN);
        deposit(address(calling), 100 * COIN);
        redeem(voucher(payee, 10 * COIN), PAYER_KEY);
        redeem(voucher(address(calling), 10 * COIN), PAYER_KEY);
        bytes[8] memory doors = [
            abi.encodeCall(ledger.deposit, (payer, COIN)),
            abi.encodeCall(ledger.withdraw, (payer, COIN)),
            abi.encodeCall(ledger.withdrawEscrow, (payer)),
            abi.encodeCall(ledger.fundPool, (COIN)),
            abi.encodeCall(ledger.burnFees, ()),
            abi.encodeCall(ledger.registerNode, ("key", "eu", "r", "s", MIN_STAKE)),
            abi.encodeCall(ledger.addStake, (COIN)),
            abi.encodeCall(ledger.finishExit, (payer))
        ];
        bytes memory refusal =
            abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        for (uint256 i = 0; i < doors.length; i++) {
            calling.callBack(address(ledger), doors[i]);
            vm.prank(payee);
            ledger.withdraw(payee, COIN);
            vm.assertFalse(calling.succeeded(), "a second call came in");
            vm.assertEq(keccak256(calling.answer()), keccak256(refusal), vm.toString(i));
        }
        vm.assertEq(token.balanceOf(payee), 8 * COIN);
    }

    function test_reentryFromAllDoors_isGuarded() public {
        CallingToken calling = new CallingToken();
        use(address(calling));
        fund(stranger, 1_000 * COIN);
        deposit(payer, 100 * COIN);
        deposit(address(calling), 100 * COIN);
        redeem(voucher(address(calling), 10 * COIN), PAYER_KEY);
        bytes memory inner = abi.encodeCall(ledger.withdraw, (payer, COIN));
        vm.startPrank(stranger);
        calling.callBack(address(ledger), inner);
        ledger.deposit(stranger, COIN);
        refused(calling);
        calling.callBack(address(ledger), inner);
        ledger.fundPool(COIN);
        refused(calling);
        calling.callBack(address(ledger), inner);
        ledger.burnFees();
        refused(calling);
        calling.callBack(address(ledger), inner);
        ledger.registerNode("key", "eu", "r", "s", MIN_STAKE);
        refused(calling);
        calling.callBack(address(ledger), inner);
        ledger.addStake(COIN);
        refused(calling);
        ledger.startExit();
        ledger.thaw(COIN);
        vm.warp(START + EXIT);
        calling.callBack(address(ledger), inner);
        ledger.finishExit(stranger);
        refused(calling);
        calling.callBack(address(ledger), inner);
        ledger.withdrawEscrow(stranger);
        refused(calling);
    }

    function refused(CallingToken calling) private view {
        bytes memory refusal =
            abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        vm.assertFalse(calling.succeeded(), "a second call came in");
        vm.assertEq(keccak256(calling.answer()), keccak256(refusal));
    }
}
