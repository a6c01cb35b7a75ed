// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Credits} from "./Credits.sol";
import {Escrows} from "./Escrows.sol";
import {Nodes} from "./Nodes.sol";
import {Signers} from "./Signers.sol";
import {Parameters, Terms} from "./Terms.sol";
import {Voucher, Vouchers} from "./Vouchers.sol";

/// @title Settles what was delivered by the Tributary network of CESS.
/// @notice A lane, of one payer to one payee, has one number: all that was ever paid on it. A voucher or a settlement
/// signed by the payer, or by a key it authorized for the lane, raises that number, and the difference moves from the
/// payer's escrow to the payee's credit, less the fee. So a replay pays nothing, and the order does not matter.
/// Anybody may hand a voucher in: the money can only go to its payee.
///
/// Nobody owns the contract, nobody can change it, and no role can move anybody's money.
contract CessCdnLedger is Escrows, Signers, Credits, Nodes {
    using Vouchers for Voucher;
    using Vouchers for bytes;

    struct Lane {
        uint128 amount;
        uint64 bytesServed;
    }

    mapping(bytes32 key => Lane) private _lanes;

    /// @notice A lane was paid up to `amount`.
    /// @param payer whose escrow paid
    /// @param payee whose credit grew by `paid` less `fee`
    /// @param lane the lane's number
    /// @param amount all that was ever paid on the lane
    /// @param paid what was paid now
    /// @param fee what was kept of it
    /// @param bytesServed the most bytes the payer ever stated for the lane
    /// @param receiptsRoot commits to the receipts; zero in a settlement
    /// @param signer whose signature it was: the payer, or a key it authorized
    event Redeemed(
        address indexed payer,
        address indexed payee,
        uint64 lane,
        uint128 amount,
        uint128 paid,
        uint128 fee,
        uint64 bytesServed,
        bytes32 receiptsRoot,
        address signer
    );

    /// @notice The lane is paid already, up to `paid`.
    error StaleVoucher(uint256 amount, uint256 paid);
    /// @notice The time of what was signed is over.
    error SignatureExpired(uint256 expiry, uint256 time);
    /// @notice A signature is none: of another length, or not the only valid form of its value.
    error MalformedSignature(uint256 length);
    /// @notice There must be as many signatures as vouchers.
    error LengthsDiffer(uint256 vouchers, uint256 signatures);
    /// @notice The bytes are no whole number of entries of a length, or none.
    error MalformedBatch(uint256 length, uint256 entryLength);
    /// @notice All lanes of a batch are paid already.
    error NothingToPay();

    /// @notice Deploys the contract for a token; the parameters are for good.
    constructor(IERC20 token_, Parameters memory parameters)
        Terms(token_, parameters)
        EIP712("CessCdnLedger", "1")
    {}

    /// @notice Pays a voucher. Reverts if its lane is paid up to it already.
    /// @param voucher what is owed
    /// @param signature of 64 bytes (ERC-2098), of 65 bytes, or what the payer's contract takes (ERC-1271)
    function redeem(Voucher calldata voucher, bytes calldata signature) external whileRedeemable {
        Voucher memory copy = voucher;
        uint128 fee = _redeem(copy, signature);
        if (fee == 0) {
            revert StaleVoucher(copy.amount, _lanes[_keyOf(copy)].amount);
        }
        _pulse.totalFees += fee;
    }

    /// @notice Pays many vouchers, of any payers and payees. Those whose lanes are paid already are passed over; any
    /// other that cannot be paid in full reverts all.
    function redeemMany(Voucher[] calldata vouchers, bytes[] calldata signatures) external whileRedeemable {
        require(vouchers.length == signatures.length, LengthsDiffer(vouchers.length, signatures.length));
        uint128 fees;
        for (uint256 i = 0; i < vouchers.length; ++i) {
            fees += _redeem(vouchers[i], signatures[i]);
        }
        _book(fees);
    }

    /// @notice Pays many vouchers in the form nodes keep them, 176 bytes each, back to back: payer 20, payee 20,
    /// lane 8, amount 16, bytesServed 8, expiry 8, receiptsRoot 32, signature 64 (ERC-2098), numbers big-endian.
    /// Signatures of contracts do not fit. Otherwise as {redeemMany}.
    function redeemPacked(bytes calldata packed) external whileRedeemable {
        _requireWhole(packed.length, Vouchers.PACKED_BYTES);
        Voucher memory voucher;
        uint128 fees;
        for (uint256 offset = 0; offset < packed.length; offset += Vouchers.PACKED_BYTES) {
            (bytes32 r, bytes32 vs) = packed.readPacked(offset, voucher);
            bytes32 key = _keyOf(voucher);
            if (voucher.amount > _lanes[key].amount) {
                _requireInTime(voucher.expiry);
                (address signer, ECDSA.RecoverError flaw,) =
                    ECDSA.tryRecover(_hashTypedDataV4(voucher.structHash()), r, vs);
                require(flaw == ECDSA.RecoverError.NoError, MalformedSignature(64));
                fees += _pay(voucher, key, signer);
            }
        }
        _book(fees);
    }

    /// @notice Pays many payees of one payer, by one signature over all of them, on the lanes that vouchers use too.
    /// @param payer whose escrow pays
    /// @param lane the number of the lane to each of the payees
    /// @param expiry the last second at which this is taken
    /// @param entries 44 bytes each: payee 20, amount 16 (all that was ever owed on the lane), bytesServed 8
    /// @param signature of {hashSettlement}, in a form that {redeem} takes
    function settleSigned(
        address payer,
        uint64 lane,
        uint64 expiry,
        bytes calldata entries,
        bytes calldata signature
    ) external whileRedeemable {
        _requireWhole(entries.length, Vouchers.ENTRY_BYTES);
        _requireInTime(expiry);
        address signer = _signerOf(payer, lane, hashSettlement(payer, lane, expiry, entries), signature);
        Voucher memory entry;
        entry.payer = payer;
        entry.lane = lane;
        uint128 fees;
        for (uint256 offset = 0; offset < entries.length; offset += Vouchers.ENTRY_BYTES) {
            entries.readEntry(offset, entry);
            bytes32 key = _keyOf(entry);
            if (entry.amount > _lanes[key].amount) {
                fees += _pay(entry, key, signer);
            }
        }
        _book(fees);
    }

    /// @notice What was ever paid on a lane, and the most bytes ever stated for it.
    function laneOf(address payer, address payee, uint64 lane)
        external
        view
        returns (uint128 amount, uint64 bytesServed)
    {
        Lane storage state = _lanes[keccak256(abi.encodePacked(payer, payee, lane))];
        return (state.amount, state.bytesServed);
    }

    /// @notice What is signed of a voucher: the EIP-712 digest for this contract on this chain.
    function hashVoucher(Voucher calldata voucher) external view returns (bytes32) {
        Voucher memory copy = voucher;
        return _hashTypedDataV4(copy.structHash());
    }

    /// @notice What is signed of a settlement: the EIP-712 digest for this contract on this chain.
    function hashSettlement(address payer, uint64 lane, uint64 expiry, bytes calldata entries)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(Vouchers.settlementHash(payer, lane, expiry, entries));
    }

    /// @notice The hash that every digest for this contract on this chain begins with.
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @dev Pays a voucher and returns the fee; zero, as nothing else is, if its lane is paid already.
    function _redeem(Voucher memory voucher, bytes calldata signature) private returns (uint128 fee) {
        bytes32 key = _keyOf(voucher);
        if (voucher.amount <= _lanes[key].amount) {
            return 0;
        }
        _requireInTime(voucher.expiry);
        bytes32 digest = _hashTypedDataV4(voucher.structHash());
        return _pay(voucher, key, _signerOf(voucher.payer, voucher.lane, digest, signature));
    }

    /// @dev Raises a lane to a voucher's amount, which is above it, and moves the difference.
    function _pay(Voucher memory voucher, bytes32 key, address signer) private returns (uint128 fee) {
        _requireSomebody(voucher.payee);
        Lane memory before = _lanes[key];
        uint128 paid = voucher.amount - before.amount;
        // What a payer states of bytes binds nobody: fewer than before must not make a voucher worthless.
        uint64 bytesServed = voucher.bytesServed > before.bytesServed ? voucher.bytesServed : before.bytesServed;
        _lanes[key] = Lane(voucher.amount, bytesServed);
        uint128 fromReservation = _debit(voucher.payer, voucher.payee, paid);
        _spend(voucher.payer, signer, voucher.lane, paid - fromReservation);
        fee = _credit(voucher.payee, paid);
        emit Redeemed(
            voucher.payer,
            voucher.payee,
            voucher.lane,
            voucher.amount,
            paid,
            fee,
            bytesServed,
            voucher.receiptsRoot,
            signer
        );
    }

    /// @dev Adds a batch's fees to all fees; each payment has one.
    function _book(uint128 fees) private {
        require(fees != 0, NothingToPay());
        _pulse.totalFees += fees;
    }

    /// @dev Who signed for a payer: itself, or a key it once authorized for the lane.
    function _signerOf(address payer, uint64 lane, bytes32 digest, bytes calldata signature)
        private
        view
        returns (address)
    {
        (address signer, ECDSA.RecoverError flaw) = _recover(digest, signature);
        bool whole = flaw == ECDSA.RecoverError.NoError;
        if (whole && (signer == payer || _isKnown(payer, signer, lane))) {
            return signer;
        }
        if (
            payer.code.length != 0
                && SignatureChecker.isValidERC1271SignatureNowCalldata(payer, digest, signature)
        ) {
            return payer;
        }
        require(whole, MalformedSignature(signature.length));
        revert SignerNotAuthorized(payer, lane, signer);
    }

    function _recover(bytes32 digest, bytes calldata signature)
        private
        pure
        returns (address signer, ECDSA.RecoverError flaw)
    {
        if (signature.length == 64) {
            (signer, flaw,) = ECDSA.tryRecover(digest, bytes32(signature[:32]), bytes32(signature[32:]));
        } else {
            (signer, flaw,) = ECDSA.tryRecoverCalldata(digest, signature);
        }
    }

    function _keyOf(Voucher memory voucher) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(voucher.payer, voucher.payee, voucher.lane));
    }

    function _requireInTime(uint256 expiry) private view {
        require(!_isOver(expiry), SignatureExpired(expiry, block.timestamp));
    }

    function _requireWhole(uint256 length, uint256 entryLength) private pure {
        require(length != 0 && length % entryLength == 0, MalformedBatch(length, entryLength));
    }
}
