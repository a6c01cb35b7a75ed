// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Terms} from "./Terms.sol";

/// @title The door of the money: tokens come in and go out here, exactly as many as were told.
/// @dev Whoever calls a function here holds the reentrancy guard.
abstract contract Vault is Terms, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice The token moved another amount than it was told to, as one with a fee of its own does.
    error UnexpectedTransfer(uint256 told, uint256 moved);

    /// @dev Takes `amount` from `from`, who has approved it.
    function _pull(address from, uint256 amount) internal {
        require(amount != 0, ZeroAmount());
        uint256 held = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        uint256 holds = token.balanceOf(address(this));
        require(holds >= held && holds - held == amount, UnexpectedTransfer(amount, holds > held ? holds - held : 0));
    }

    /// @dev Gives `amount` to `to`. A token that takes more than that from us would take it from others.
    function _push(address to, uint256 amount) internal {
        uint256 held = token.balanceOf(address(this));
        token.safeTransfer(to, amount);
        uint256 holds = token.balanceOf(address(this));
        require(holds <= held && held - holds == amount, UnexpectedTransfer(amount, held > holds ? held - holds : 0));
    }
}
