// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice A payer that is a contract and whose owner signs.
contract Wallet is IERC1271 {
    address private immutable _owner;

    constructor(address owner) {
        _owner = owner;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return ECDSA.recover(hash, signature) == _owner ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

/// @notice A payer that answers what its maker likes, whatever is asked.
contract MockingWallet {
    bytes private _answer;
    bool private immutable _reverts;

    constructor(bytes memory answer, bool reverts) {
        (_answer, _reverts) = (answer, reverts);
    }

    fallback() external {
        bytes memory answer = _answer;
        bool reverts = _reverts;
        assembly {
            switch reverts
            case 0 { return(add(answer, 0x20), mload(answer)) }
            default { revert(add(answer, 0x20), mload(answer)) }
        }
    }
}

/// @notice A payer that tries to use the question for a call of its own.
contract MeddlingWallet {
    address private immutable _target;
    bytes private _call;

    constructor(address target, bytes memory call_) {
        _target = target;
        _call = call_;
    }

    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        (bool done,) = _target.call(_call);
        require(done, "refused");
        return IERC1271.isValidSignature.selector;
    }
}

/// @notice A payer that uses up all gas it is given.
contract GreedyWallet {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        while (true) {}
        return 0;
    }
}
