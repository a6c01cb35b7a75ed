// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

abstract contract Mintable is ERC20("hostile", "HOST") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice Keeps a part of each transfer, from whoever receives; later perhaps from whoever sends.
contract TaxingToken is Mintable {
    bool public taxesReceiver;
    bool public taxesSender;

    function tax(bool receiver, bool sender) external {
        (taxesReceiver, taxesSender) = (receiver, sender);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) {
            if (taxesReceiver) {
                super._update(to, address(0), value / 100);
            }
            if (taxesSender) {
                super._update(from, address(0), value / 100);
            }
        }
    }
}

/// @notice Gives more than it was told to, or takes from whom it should give to.
contract CrookedToken is Mintable {
    function transferFrom(address, address to, uint256) public override returns (bool) {
        _burn(to, balanceOf(to) / 2);
        return true;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        _mint(msg.sender, value);
        _mint(to, value);
        return true;
    }
}

/// @notice Answers false instead of reverting.
contract FalseToken is Mintable {
    bool public refuses;

    function refuse(bool yes) external {
        refuses = yes;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        return !refuses && super.transfer(to, value);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        return !refuses && super.transferFrom(from, to, value);
    }
}

/// @notice Answers nothing at all, as some old tokens do.
contract SilentToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Stops all transfers when its owner likes.
contract PausingToken is Mintable {
    bool public paused;

    function pause(bool yes) external {
        paused = yes;
    }

    function _update(address from, address to, uint256 value) internal override {
        require(!paused, "token paused");
        super._update(from, to, value);
    }
}

/// @notice Calls somebody in the middle of a transfer.
contract CallingToken is Mintable {
    address private _target;
    bytes private _call;
    bool public succeeded;
    bytes public answer;

    function callBack(address target, bytes calldata data) external {
        (_target, _call) = (target, data);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (_target != address(0)) {
            address target = _target;
            _target = address(0);
            (succeeded, answer) = target.call(_call);
        }
    }
}

/// @notice Has six decimals, as some that money is counted in.
contract SixDecimalsToken is Mintable {
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
