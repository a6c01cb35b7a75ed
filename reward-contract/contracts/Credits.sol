// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {PauseClock} from "./PauseClock.sol";
import {Vault} from "./Vault.sol";

/// @title What payees earned, and the fees of it.
/// @notice Credit is pulled by its owner, and no pause or role stands in the way. Of each redemption a fee is taken.
/// A part of the fees is burned, the rest feeds a pool. From the pool a payee may claim its share by the fees it has
/// generated since its last claim, but never more than {kappaBps} of those: less than all, so that paying oneself
/// loses money whoever takes part.
/// @dev A claim pays pool * own / open, and takes `own` out of `open`: the ratio of pool to open fees is the same for
/// whoever claims next, so nobody gains by being first. All sums follow from the fees ever taken, the one number that
/// redemptions write.
abstract contract Credits is PauseClock, Vault {
    /// @notice Where burned fees go; nobody has its key.
    address public constant BURNED = 0x000000000000000000000000000000000000dEaD;

    struct Credit {
        uint128 amount;
        uint128 openFees;
    }

    mapping(address payee => Credit) private _credits;
    uint128 private _claimedFees;
    uint128 private _burned;
    uint128 private _sponsored;
    uint128 private _subsidies;

    /// @notice Credit left.
    event Withdrawn(address indexed payee, address indexed to, uint128 amount);
    /// @notice Somebody gave to the pool.
    event PoolFunded(address indexed from, uint128 amount);
    /// @notice A payee's credit grew from the pool, for fees it generated.
    event SubsidyClaimed(address indexed payee, uint128 fees, uint128 amount);
    /// @notice Fees were burned.
    event FeesBurned(uint128 amount);

    /// @notice A payee has less credit than it wants to withdraw.
    error InsufficientCredit(uint256 needed, uint256 available);
    /// @notice A payee has no fees to claim for, or the pool is empty.
    error NothingToClaim(address payee, uint256 openFees, uint256 pool);
    /// @notice No fees wait to be burned.
    error NothingToBurn();

    /// @notice Sends `amount` of the caller's credit to `to`.
    function withdraw(address to, uint128 amount) external nonReentrant {
        _requireSomebody(to);
        require(amount != 0, ZeroAmount());
        Credit storage credit = _credits[msg.sender];
        uint128 available = credit.amount;
        require(amount <= available, InsufficientCredit(amount, available));
        credit.amount = available - amount;
        emit Withdrawn(msg.sender, to, amount);
        _push(to, amount);
    }

    /// @notice Gives `amount` to the pool. It never comes back but as subsidies.
    function fundPool(uint128 amount) external nonReentrant {
        _pull(msg.sender, amount);
        _sponsored += amount;
        emit PoolFunded(msg.sender, amount);
    }

    /// @notice Adds to a payee's credit what the pool owes it for the fees it generated since the last claim.
    /// Anybody may ask for it.
    function claimSubsidy(address payee) external returns (uint128 amount) {
        Credit storage credit = _credits[payee];
        uint256 fees = credit.openFees;
        uint256 pool = poolBalance();
        if (fees != 0) {
            // At most kappa of the fees, so it fits where they fit.
            amount = uint128(Math.min(fees * kappaBps / BPS, pool * fees / openFees()));
        }
        require(amount != 0, NothingToClaim(payee, fees, pool));
        credit.openFees = 0;
        credit.amount += amount;
        _claimedFees += uint128(fees);
        _subsidies += amount;
        emit SubsidyClaimed(payee, uint128(fees), amount);
    }

    /// @notice Burns the fees that wait for it. Anybody may.
    function burnFees() external nonReentrant {
        uint128 amount = uint128(burnableFees());
        require(amount != 0, NothingToBurn());
        _burned += amount;
        emit FeesBurned(amount);
        _push(BURNED, amount);
    }

    /// @notice A payee's credit, and the fees it generated since its last claim.
    function creditOf(address payee) external view returns (uint128 amount, uint128 fees) {
        return (_credits[payee].amount, _credits[payee].openFees);
    }

    /// @notice All fees ever taken.
    function totalFees() external view returns (uint256) {
        return _pulse.totalFees;
    }

    /// @notice The fees for which no subsidy was claimed yet.
    function openFees() public view returns (uint256) {
        return _pulse.totalFees - _claimedFees;
    }

    /// @notice What subsidies can be paid from.
    function poolBalance() public view returns (uint256) {
        uint256 fees = _pulse.totalFees;
        return fees - _toBurn(fees) + _sponsored - _subsidies;
    }

    /// @notice The fees that wait to be burned.
    function burnableFees() public view returns (uint256) {
        return _toBurn(_pulse.totalFees) - _burned;
    }

    /// @dev Credits a payee with what was paid to it, less the fee, which the caller adds to all fees.
    function _credit(address payee, uint128 paid) internal returns (uint128 fee) {
        // Rounded up, so that many small redemptions are no cheaper than one.
        fee = uint128((paid * feeBps + BPS - 1) / BPS);
        Credit memory before = _credits[payee];
        _credits[payee] = Credit(before.amount + paid - fee, before.openFees + fee);
    }

    function _toBurn(uint256 fees) private view returns (uint256) {
        return fees * burnBps / BPS;
    }
}
