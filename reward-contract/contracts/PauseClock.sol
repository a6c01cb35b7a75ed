// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Terms} from "./Terms.sol";

/// @title The pause of redemption, and the clock that stands still in it.
/// @notice A pause ends by itself. Thaws run on {clock}, which leaves out the time of all pauses, so nobody can
/// withdraw what could not be redeemed meanwhile. Deadlines in signatures are put off by the last pause.
/// Between two pauses redemption is open for at least twice the length of one.
abstract contract PauseClock is Terms {
    /// @dev Both are read by every redemption, so they share a slot: all fees ever taken, and the last pause.
    struct Pulse {
        uint128 totalFees;
        uint64 pausedFrom;
        uint64 pausedUntil;
    }

    Pulse internal _pulse;
    /// @dev The length of all pauses before the last.
    uint256 private _earlierPauses;

    /// @notice Redemption is paused until a time, if not ended before.
    event Paused(uint256 until);
    /// @notice The guardian ended the pause.
    event Unpaused();

    /// @notice Redemption is paused until a time.
    error RedemptionPaused(uint256 until);
    /// @notice There is no pause to end.
    error NotPaused();
    /// @notice The next pause may not begin before a time.
    error PauseTooSoon(uint256 notBefore);
    /// @notice Only the guardian may do this.
    error NotGuardian(address caller, address guardian);

    modifier whileRedeemable() {
        uint256 until = _pulse.pausedUntil;
        require(block.timestamp >= until, RedemptionPaused(until));
        _;
    }

    modifier onlyGuardian() {
        require(msg.sender == guardian, NotGuardian(msg.sender, guardian));
        _;
    }

    /// @notice Stops redemption, for {pauseSeconds} at most. Nothing else stops.
    function pause() external onlyGuardian {
        uint256 from = _pulse.pausedFrom;
        uint256 until = _pulse.pausedUntil;
        if (until != 0) {
            uint256 notBefore = until + 2 * pauseSeconds;
            require(block.timestamp >= notBefore, PauseTooSoon(notBefore));
            _earlierPauses += until - from;
        }
        _pulse.pausedFrom = uint64(block.timestamp);
        _pulse.pausedUntil = uint64(block.timestamp + pauseSeconds);
        emit Paused(block.timestamp + pauseSeconds);
    }

    /// @notice Lets redemption go on before the pause ends by itself.
    function unpause() external onlyGuardian {
        require(block.timestamp < _pulse.pausedUntil, NotPaused());
        _pulse.pausedUntil = uint64(block.timestamp);
        emit Unpaused();
    }

    /// @notice The last pause, in seconds since 1970; zeros if there was none.
    function lastPause() external view returns (uint256 from, uint256 until) {
        return (_pulse.pausedFrom, _pulse.pausedUntil);
    }

    /// @notice The time without all pauses: what thaws are measured by. The same as the block's until the first pause.
    function clock() public view returns (uint256) {
        uint256 from = _pulse.pausedFrom;
        uint256 until = _pulse.pausedUntil;
        uint256 sinceEarlier = block.timestamp < until ? from : block.timestamp - (until - from);
        return sinceEarlier - _earlierPauses;
    }

    /// @dev Whether a deadline of a signature is over; the deadline itself is still in time.
    function _isOver(uint256 deadline) internal view returns (bool) {
        uint256 from = _pulse.pausedFrom;
        return block.timestamp > (deadline >= from ? deadline + (_pulse.pausedUntil - from) : deadline);
    }
}
