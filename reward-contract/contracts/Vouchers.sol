// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a payer owes a payee on one lane, from the lane's first byte on.
/// @param payer whose escrow pays
/// @param payee who is paid
/// @param lane a number the payer chose for one signing process
/// @param amount all that was ever owed on the lane, in base units
/// @param bytesServed all bytes ever received on the lane; what the payer says, nothing is paid by it
/// @param expiry the last second, since 1970, at which it is taken
/// @param receiptsRoot commits to the receipts of all deliveries
struct Voucher {
    address payer;
    address payee;
    uint64 lane;
    uint128 amount;
    uint64 bytesServed;
    uint64 expiry;
    bytes32 receiptsRoot;
}

/// @title The forms of vouchers and settlements: what is signed, and how many of them travel.
library Vouchers {
    bytes32 private constant VOUCHER_TYPE = keccak256(
        "Voucher(address payer,address payee,uint64 lane,uint128 amount,uint64 bytesServed,uint64 expiry,bytes32 receiptsRoot)"
    );
    bytes32 private constant SETTLEMENT_TYPE =
        keccak256("Settlement(address payer,uint64 lane,uint64 expiry,bytes entries)");

    /// @dev Length of a packed signed voucher. The form in which nodes send and keep it; numbers are big-endian.
    ///
    ///  0      20      40     48       64            72       80             112         176
    ///  +------+-------+------+--------+-------------+--------+--------------+-----------+
    ///  | payer| payee | lane | amount | bytesServed | expiry | receiptsRoot | signature |
    ///  +------+-------+------+--------+-------------+--------+--------------+-----------+
    ///
    /// The signature is that of ERC-2098: r, and s with the parity of y in its highest bit.
    uint256 internal constant PACKED_BYTES = 176;

    /// @dev Length of an entry of a settlement.
    ///
    ///  0       20       36            44
    ///  +-------+--------+-------------+
    ///  | payee | amount | bytesServed |
    ///  +-------+--------+-------------+
    uint256 internal constant ENTRY_BYTES = 44;

    /// @dev The EIP-712 hash of the structure.
    function structHash(Voucher memory voucher) internal pure returns (bytes32) {
        return keccak256(abi.encode(VOUCHER_TYPE, voucher));
    }

    /// @dev The EIP-712 hash of a settlement.
    function settlementHash(address payer, uint64 lane, uint64 expiry, bytes calldata entries)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(SETTLEMENT_TYPE, payer, lane, expiry, keccak256(entries)));
    }

    /// @dev Reads the packed voucher at an offset into `voucher`. The caller has checked that it is there.
    function readPacked(bytes calldata packed, uint256 offset, Voucher memory voucher)
        internal
        pure
        returns (bytes32 r, bytes32 vs)
    {
        assembly ("memory-safe") {
            let start := add(packed.offset, offset)
            mstore(voucher, shr(96, calldataload(start)))
            mstore(add(voucher, 0x20), shr(96, calldataload(add(start, 20))))
            mstore(add(voucher, 0x40), shr(192, calldataload(add(start, 40))))
            mstore(add(voucher, 0x60), shr(128, calldataload(add(start, 48))))
            mstore(add(voucher, 0x80), shr(192, calldataload(add(start, 64))))
            mstore(add(voucher, 0xa0), shr(192, calldataload(add(start, 72))))
            mstore(add(voucher, 0xc0), calldataload(add(start, 80)))
            r := calldataload(add(start, 112))
            vs := calldataload(add(start, 144))
        }
    }

    /// @dev Reads the entry of a settlement at an offset. The caller has checked that it is there.
    function readEntry(bytes calldata entries, uint256 offset, Voucher memory voucher) internal pure {
        assembly ("memory-safe") {
            let start := add(entries.offset, offset)
            mstore(add(voucher, 0x20), shr(96, calldataload(start)))
            mstore(add(voucher, 0x60), shr(128, calldataload(add(start, 20))))
            mstore(add(voucher, 0x80), shr(192, calldataload(add(start, 36))))
        }
    }
}
