// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PauseClock} from "./PauseClock.sol";
import {Vault} from "./Vault.sol";

/// @title What payers put in to pay with.
/// @notice Escrow is one pot per payer: whoever redeems first is paid from it. A payer can reserve parts for chosen
/// payees; nobody else is paid from those. Escrow and reservations only go back after a thaw, and until it is over
/// they still pay.
abstract contract Escrows is PauseClock, Vault {
    struct Account {
        uint128 escrow;
        uint128 reserved;
    }

    struct Thaw {
        uint128 amount;
        uint64 endsAt;
    }

    struct Reservation {
        uint128 amount;
        uint128 releasing;
        uint64 endsAt;
    }

    mapping(address payer => Account) private _accounts;
    mapping(address payer => Thaw) private _thaws;
    mapping(address payer => mapping(address payee => Reservation)) private _reservations;

    /// @notice Escrow of a payer grew.
    event Deposited(address indexed payer, address indexed from, uint128 amount);
    /// @notice Free escrow became a payee's reservation.
    event Reserved(address indexed payer, address indexed payee, uint128 amount);
    /// @notice A payer calls a part of a reservation back: `releasing` in all, free at `endsAt` of {clock}.
    event ReleaseStarted(address indexed payer, address indexed payee, uint128 releasing, uint256 endsAt);
    /// @notice A payer leaves a reservation as it is.
    event ReleaseCancelled(address indexed payer, address indexed payee);
    /// @notice A part of a reservation is free escrow again.
    event Released(address indexed payer, address indexed payee, uint128 amount);
    /// @notice A payer wants escrow back: `thawing` in all, at `endsAt` of {clock}.
    event ThawStarted(address indexed payer, uint128 thawing, uint256 endsAt);
    /// @notice A payer leaves its escrow where it is.
    event ThawCancelled(address indexed payer);
    /// @notice Escrow left.
    event EscrowWithdrawn(address indexed payer, address indexed to, uint128 amount);

    /// @notice A payee can be paid less than is needed: the free escrow and its own reservation.
    error InsufficientEscrow(address payer, address payee, uint256 needed, uint256 available);
    /// @notice A payer has less free escrow than it wants to use.
    error InsufficientFreeEscrow(uint256 needed, uint256 available);
    /// @notice A reservation is smaller than what is to be released of it.
    error InsufficientReservation(address payee, uint256 needed, uint256 available);
    /// @notice A thaw ends at a later time of {clock}.
    error ThawNotOver(uint256 endsAt, uint256 clockNow);
    /// @notice No thaw is under way.
    error NothingThawing();

    /// @notice Puts `amount` into the escrow of `payer`. Anybody may.
    function deposit(address payer, uint128 amount) external nonReentrant {
        _requireSomebody(payer);
        _pull(msg.sender, amount);
        _accounts[payer].escrow += amount;
        emit Deposited(payer, msg.sender, amount);
    }

    /// @notice Reserves `amount` of the caller's free escrow for `payee`.
    function reserve(address payee, uint128 amount) external {
        _requireSomebody(payee);
        require(amount != 0, ZeroAmount());
        Account storage account = _accounts[msg.sender];
        uint128 free = account.escrow - account.reserved;
        require(amount <= free, InsufficientFreeEscrow(amount, free));
        account.reserved += amount;
        _reservations[msg.sender][payee].amount += amount;
        emit Reserved(msg.sender, payee, amount);
    }

    /// @notice Calls `amount` more of a reservation back. The thaw of all that is being released begins anew.
    function startRelease(address payee, uint128 amount) external {
        require(amount != 0, ZeroAmount());
        Reservation storage reservation = _reservations[msg.sender][payee];
        uint256 releasing = uint256(reservation.releasing) + amount;
        require(releasing <= reservation.amount, InsufficientReservation(payee, releasing, reservation.amount));
        uint256 endsAt = clock() + thawSeconds;
        reservation.releasing = uint128(releasing);
        reservation.endsAt = uint64(endsAt);
        emit ReleaseStarted(msg.sender, payee, uint128(releasing), endsAt);
    }

    /// @notice Leaves a reservation as it is.
    function cancelRelease(address payee) external {
        Reservation storage reservation = _reservations[msg.sender][payee];
        require(reservation.releasing != 0, NothingThawing());
        reservation.releasing = 0;
        emit ReleaseCancelled(msg.sender, payee);
    }

    /// @notice Makes what was called back free escrow again, once its thaw is over: what redemptions left of it.
    function release(address payee) external {
        Reservation storage reservation = _reservations[msg.sender][payee];
        uint128 releasing = reservation.releasing;
        require(releasing != 0, NothingThawing());
        _requireThawed(reservation.endsAt);
        uint128 amount = releasing < reservation.amount ? releasing : reservation.amount;
        reservation.releasing = 0;
        reservation.amount -= amount;
        _accounts[msg.sender].reserved -= amount;
        emit Released(msg.sender, payee, amount);
    }

    /// @notice Begins to take `amount` more of the caller's free escrow back. The thaw of all of it begins anew.
    function thaw(uint128 amount) external {
        require(amount != 0, ZeroAmount());
        Account storage account = _accounts[msg.sender];
        Thaw storage thawing = _thaws[msg.sender];
        uint256 all = uint256(thawing.amount) + amount;
        uint256 free = account.escrow - account.reserved;
        require(all <= free, InsufficientFreeEscrow(all, free));
        uint256 endsAt = clock() + thawSeconds;
        thawing.amount = uint128(all);
        thawing.endsAt = uint64(endsAt);
        emit ThawStarted(msg.sender, uint128(all), endsAt);
    }

    /// @notice Leaves the caller's escrow where it is.
    function cancelThaw() external {
        require(_thaws[msg.sender].amount != 0, NothingThawing());
        delete _thaws[msg.sender];
        emit ThawCancelled(msg.sender);
    }

    /// @notice Sends what thawed to `to`, once the thaw is over: what redemptions and reservations left of it.
    function withdrawEscrow(address to) external nonReentrant {
        _requireSomebody(to);
        Thaw storage thawing = _thaws[msg.sender];
        uint128 amount = thawing.amount;
        require(amount != 0, NothingThawing());
        _requireThawed(thawing.endsAt);
        Account storage account = _accounts[msg.sender];
        uint128 free = account.escrow - account.reserved;
        if (free < amount) {
            amount = free;
        }
        require(amount != 0, InsufficientFreeEscrow(1, 0));
        delete _thaws[msg.sender];
        account.escrow -= amount;
        emit EscrowWithdrawn(msg.sender, to, amount);
        _push(to, amount);
    }

    /// @notice A payer's escrow, and how much of it is reserved.
    function accountOf(address payer) external view returns (uint128 escrow, uint128 reserved) {
        return (_accounts[payer].escrow, _accounts[payer].reserved);
    }

    /// @notice What a payer takes back, and when on {clock} it may.
    function thawOf(address payer) external view returns (uint128 amount, uint256 endsAt) {
        return (_thaws[payer].amount, _thaws[payer].endsAt);
    }

    /// @notice What a payer has reserved for a payee, how much of it is called back, and when on {clock} it is free.
    function reservationOf(address payer, address payee)
        external
        view
        returns (uint128 amount, uint128 releasing, uint256 endsAt)
    {
        Reservation storage reservation = _reservations[payer][payee];
        return (reservation.amount, reservation.releasing, reservation.endsAt);
    }

    /// @notice The most a payee can be paid by a payer now: the free escrow and its reservation.
    function redeemable(address payer, address payee) external view returns (uint128) {
        Account storage account = _accounts[payer];
        return account.escrow - account.reserved + _reservations[payer][payee].amount;
    }

    /// @dev Takes what a payee is paid out of escrow, its own reservation first; all or nothing. Returns how much of it
    /// was the payee's own reservation.
    function _debit(address payer, address payee, uint128 amount) internal returns (uint128 own) {
        Account memory account = _accounts[payer];
        if (account.reserved != 0) {
            Reservation storage reservation = _reservations[payer][payee];
            uint128 held = reservation.amount;
            own = held < amount ? held : amount;
            if (own != 0) {
                reservation.amount = held - own;
            }
        }
        // The reservations are within the escrow, and the own one within the reservations.
        uint256 available = uint256(account.escrow) - account.reserved + own;
        require(amount <= available, InsufficientEscrow(payer, payee, amount, available));
        _accounts[payer] = Account(account.escrow - amount, account.reserved - own);
    }

    function _requireThawed(uint256 endsAt) private view {
        uint256 clockNow = clock();
        require(clockNow >= endsAt, ThawNotOver(endsAt, clockNow));
    }
}
