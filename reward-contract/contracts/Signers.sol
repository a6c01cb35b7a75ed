// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PauseClock} from "./PauseClock.sol";

/// @title Keys that sign for a payer, each for one lane, up to a cap and a time.
/// @notice What a payer grants a signer it can only take back after a thaw, because payees have relied on it. The cap
/// counts what is paid from free escrow; what a payer reserved for a payee a signer can pay that payee in any case,
/// or else a payer could make a reservation worthless by using the cap up elsewhere.
abstract contract Signers is PauseClock {
    struct Signer {
        uint128 remaining;
        uint64 expiry;
        uint64 revokedAt;
    }

    mapping(bytes32 key => Signer) private _signers;

    /// @notice A signer may now spend `remaining` of free escrow on a lane until `expiry`.
    event SignerAuthorized(
        address indexed payer, address indexed signer, uint64 lane, uint128 remaining, uint64 expiry
    );
    /// @notice A signer may sign no more from `revokedAt` of {clock} on.
    event SignerRevoked(address indexed payer, address indexed signer, uint64 lane, uint256 revokedAt);

    /// @notice Neither the payer nor a signer it authorized for the lane has signed.
    error SignerNotAuthorized(address payer, uint64 lane, address signer);
    /// @notice A signer's time is over.
    error SignerExpired(address signer, uint256 expiry, uint256 time);
    /// @notice A signer was revoked at an earlier time of {clock}.
    error SignerIsRevoked(address signer, uint256 revokedAt, uint256 clockNow);
    /// @notice A signer may spend less than it signed for.
    error SignerCapExceeded(address signer, uint256 needed, uint256 remaining);
    /// @notice A signer's time would be over already.
    error ExpiryInThePast(uint256 expiry, uint256 time);

    /// @notice Lets `signer` sign for the caller on `lane`, for `cap` more and at least until `expiry`. A signer that
    /// is good already keeps what it has and is no longer being revoked; one that is not begins anew.
    function authorizeSigner(address signer, uint64 lane, uint128 cap, uint64 expiry) external {
        _requireSomebody(signer);
        require(signer != msg.sender, InvalidAddress(signer));
        require(cap != 0, ZeroAmount());
        require(expiry >= block.timestamp, ExpiryInThePast(expiry, block.timestamp));
        Signer storage held = _signers[_key(msg.sender, signer, lane)];
        if (_isGood(held)) {
            held.remaining += cap;
            if (expiry > held.expiry) {
                held.expiry = expiry;
            }
        } else {
            held.remaining = cap;
            held.expiry = expiry;
        }
        held.revokedAt = 0;
        emit SignerAuthorized(msg.sender, signer, lane, held.remaining, held.expiry);
    }

    /// @notice Lets a signer of the caller sign no more, after a thaw.
    function revokeSigner(address signer, uint64 lane) external {
        Signer storage held = _signers[_key(msg.sender, signer, lane)];
        require(held.expiry != 0, SignerNotAuthorized(msg.sender, lane, signer));
        uint256 clockNow = clock();
        require(held.revokedAt == 0, SignerIsRevoked(signer, held.revokedAt, clockNow));
        uint256 revokedAt = clockNow + thawSeconds;
        held.revokedAt = uint64(revokedAt);
        emit SignerRevoked(msg.sender, signer, lane, revokedAt);
    }

    /// @notice What a signer may still spend for a payer on a lane, until when, and from when on {clock} it is revoked;
    /// zero for never.
    function signerOf(address payer, address signer, uint64 lane)
        external
        view
        returns (uint128 remaining, uint256 expiry, uint256 revokedAt)
    {
        Signer storage held = _signers[_key(payer, signer, lane)];
        return (held.remaining, held.expiry, held.revokedAt);
    }

    /// @dev Whether a payer ever authorized a signer for a lane.
    function _isKnown(address payer, address signer, uint64 lane) internal view returns (bool) {
        return _signers[_key(payer, signer, lane)].expiry != 0;
    }

    /// @dev Lets a signer spend an amount of free escrow; the payer's own key needs no leave.
    function _spend(address payer, address signer, uint64 lane, uint128 amount) internal {
        if (signer == payer) {
            return;
        }
        Signer storage held = _signers[_key(payer, signer, lane)];
        (uint128 remaining, uint64 expiry, uint64 revokedAt) = (held.remaining, held.expiry, held.revokedAt);
        require(expiry != 0, SignerNotAuthorized(payer, lane, signer));
        require(!_isOver(expiry), SignerExpired(signer, expiry, block.timestamp));
        if (revokedAt != 0) {
            uint256 clockNow = clock();
            require(clockNow < revokedAt, SignerIsRevoked(signer, revokedAt, clockNow));
        }
        require(amount <= remaining, SignerCapExceeded(signer, amount, remaining));
        if (amount != 0) {
            held.remaining = remaining - amount;
        }
    }

    function _isGood(Signer storage held) private view returns (bool) {
        return held.expiry != 0 && !_isOver(held.expiry) && (held.revokedAt == 0 || clock() < held.revokedAt);
    }

    function _key(address payer, address signer, uint64 lane) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(payer, signer, lane));
    }
}
