// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice What a deployment chooses, once and for good.
/// @param feeBps fee of each redemption, in hundredths of a per cent of what is paid; 10 to 1000
/// @param burnBps the part of fees that is burned, the rest feeds the subsidy pool; 0 to 10000
/// @param kappaBps the most a payee's subsidy can be of the fees it generated; 0 to 9000
/// @param thawSeconds how long escrow, reservations and signers stay good once called back; 1 to 30 days
/// @param exitSeconds how long a leaving node's stake stays; 1 to 30 days
/// @param pauseSeconds how long a pause of redemption lasts unless ended before; 1 hour to 7 days
/// @param minStake the least stake of a node, in base units of the token; 1 to 2^96 - 1
/// @param guardian who may pause redemption, and nothing else; zero for nobody
struct Parameters {
    uint256 feeBps;
    uint256 burnBps;
    uint256 kappaBps;
    uint256 thawSeconds;
    uint256 exitSeconds;
    uint256 pauseSeconds;
    uint256 minStake;
    address guardian;
}

/// @title The terms of a deployment: fixed, and within bounds that the code holds.
abstract contract Terms {
    /// @dev The whole, in hundredths of a per cent.
    uint256 internal constant BPS = 10_000;

    /// @notice The only token the contract holds. It must move exactly what it is told, and exist in
    /// less than 2^128 base units.
    IERC20 public immutable token;
    /// @notice Fee of each redemption, in hundredths of a per cent of what is paid, rounded up.
    uint256 public immutable feeBps;
    /// @notice The part of fees that is burned, in hundredths of a per cent.
    uint256 public immutable burnBps;
    /// @notice The most a subsidy can be of the fees its payee generated, in hundredths of a per cent.
    uint256 public immutable kappaBps;
    /// @notice How long escrow, reservations and signers stay good once called back, in seconds.
    uint256 public immutable thawSeconds;
    /// @notice How long the stake of a leaving node stays, in seconds.
    uint256 public immutable exitSeconds;
    /// @notice How long a pause of redemption lasts unless ended before, in seconds.
    uint256 public immutable pauseSeconds;
    /// @notice The least stake of a node, in base units.
    uint256 public immutable minStake;
    /// @notice Who may pause redemption, and nothing else. Zero if nobody may.
    address public immutable guardian;

    /// @notice A parameter of the deployment is outside what the code allows.
    error ParameterOutOfBounds(string name, uint256 value, uint256 min, uint256 max);
    /// @notice An address that must be somebody is nobody, or this contract itself.
    error InvalidAddress(address given);
    /// @notice An amount that must be something is zero.
    error ZeroAmount();

    constructor(IERC20 token_, Parameters memory p) {
        require(address(token_).code.length != 0, InvalidAddress(address(token_)));
        _check("feeBps", p.feeBps, 10, 1_000);
        _check("burnBps", p.burnBps, 0, BPS);
        _check("kappaBps", p.kappaBps, 0, 9_000);
        _check("thawSeconds", p.thawSeconds, 1 days, 30 days);
        _check("exitSeconds", p.exitSeconds, 1 days, 30 days);
        _check("pauseSeconds", p.pauseSeconds, 1 hours, 7 days);
        _check("minStake", p.minStake, 1, type(uint96).max);
        token = token_;
        feeBps = p.feeBps;
        burnBps = p.burnBps;
        kappaBps = p.kappaBps;
        thawSeconds = p.thawSeconds;
        exitSeconds = p.exitSeconds;
        pauseSeconds = p.pauseSeconds;
        minStake = p.minStake;
        guardian = p.guardian;
    }

    function _check(string memory name, uint256 value, uint256 min, uint256 max) private pure {
        require(value >= min && value <= max, ParameterOutOfBounds(name, value, min, max));
    }

    /// @dev Refuses nobody, and this contract, which could never take anything out again.
    function _requireSomebody(address given) internal view {
        require(given != address(0) && given != address(this), InvalidAddress(given));
    }
}
