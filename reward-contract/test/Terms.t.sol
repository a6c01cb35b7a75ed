// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {CessCdnLedger} from "../contracts/CessCdnLedger.sol";
import {Parameters, Terms} from "../contracts/Terms.sol";
import {DevToken} from "../contracts/dev/DevToken.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @notice The parameters of a deployment and their bounds.
contract TermsTest is LedgerTest {
    function test_parameters_areAsChosen() public view {
        vm.assertEq(address(ledger.token()), address(token));
        vm.assertEq(ledger.feeBps(), FEE_BPS);
        vm.assertEq(ledger.burnBps(), BURN_BPS);
        vm.assertEq(ledger.kappaBps(), KAPPA_BPS);
        vm.assertEq(ledger.thawSeconds(), THAW);
        vm.assertEq(ledger.exitSeconds(), EXIT);
        vm.assertEq(ledger.pauseSeconds(), PAUSE);
        vm.assertEq(ledger.minStake(), MIN_STAKE);
        vm.assertEq(ledger.guardian(), guardian);
    }

    function test_parameters_areHeldToTheirBounds() public {
        bounds(0, "feeBps", 10, 1_000);
        bounds(1, "burnBps", 0, 10_000);
        bounds(2, "kappaBps", 0, 9_000);
        bounds(3, "thawSeconds", 1 days, 30 days);
        bounds(4, "exitSeconds", 1 days, 30 days);
        bounds(5, "pauseSeconds", 1 hours, 7 days);
        bounds(6, "minStake", 1, type(uint96).max);
    }

    function bounds(uint256 which, string memory name, uint256 min, uint256 max) private {
        new CessCdnLedger(token, with(which, min));
        new CessCdnLedger(token, with(which, max));
        refuses(which, name, max + 1, min, max);
        if (min != 0) {
            refuses(which, name, min - 1, min, max);
        }
    }

    function refuses(uint256 which, string memory name, uint256 value, uint256 min, uint256 max) private {
        vm.expectRevert(abi.encodeWithSelector(Terms.ParameterOutOfBounds.selector, name, value, min, max));
        new CessCdnLedger(token, with(which, value));
    }

    function with(uint256 which, uint256 value) private pure returns (Parameters memory chosen) {
        chosen = parameters();
        assembly {
            mstore(add(chosen, mul(which, 0x20)), value)
        }
    }

    function test_token_mustBeAContract() public {
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, stranger));
        new CessCdnLedger(IERC20(stranger), parameters());
    }

    function test_domain_isThatOfVouchers() public view {
        (, string memory name, string memory version, uint256 chainId, address where,,) = ledger.eip712Domain();
        vm.assertEq(keccak256(bytes(name)), keccak256("CessCdnLedger"));
        vm.assertEq(keccak256(bytes(version)), keccak256("1"));
        vm.assertEq(chainId, block.chainid);
        vm.assertEq(where, address(ledger));
    }

    function test_devToken_staysWithinWhatTheLedgerCounts() public {
        token.mint(payer, type(uint128).max);
        vm.expectRevert(
            abi.encodeWithSelector(DevToken.SupplyExceeded.selector, uint256(1) << 128, type(uint128).max)
        );
        token.mint(payer, 1);
    }
}
