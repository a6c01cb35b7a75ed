// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title The token of development chains. Anybody may make as much of it as the contract can count.
contract DevToken is ERC20 {
    /// @notice There would be more than the contract can count.
    error SupplyExceeded(uint256 supply, uint256 maximum);

    constructor() ERC20("Tributary dev token", "TDEV") {}

    /// @notice Makes `amount` for `to`.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
        require(totalSupply() <= type(uint128).max, SupplyExceeded(totalSupply(), type(uint128).max));
    }
}
