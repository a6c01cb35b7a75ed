// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CessCdnLedger} from "../../contracts/CessCdnLedger.sol";
import {Parameters} from "../../contracts/Terms.sol";
import {Voucher} from "../../contracts/Vouchers.sol";
import {DevToken} from "../../contracts/dev/DevToken.sol";
import {Vm} from "./Vm.sol";

/// @notice A ledger, a token and a few people; what tests share.
abstract contract LedgerTest {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint128 internal constant COIN = 1e18;
    uint64 internal constant LANE = 7;
    uint64 internal constant FAR = 4_000_000_000;
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant FEE_BPS = 500;
    uint256 internal constant BURN_BPS = 4_000;
    uint256 internal constant KAPPA_BPS = 5_000;
    uint256 internal constant THAW = 5 days;
    uint256 internal constant EXIT = 14 days;
    uint256 internal constant PAUSE = 3 days;
    uint128 internal constant MIN_STAKE = 100 * COIN;

    // Keys that anybody can compute; no money will ever be sent to them.
    uint256 internal constant PAYER_KEY = 0xA11CE;
    uint256 internal constant HOT_KEY = 0xB07;
    uint256 internal constant STRANGER_KEY = 0x5712;

    address internal immutable payer = vm.addr(PAYER_KEY);
    address internal immutable hot = vm.addr(HOT_KEY);
    address internal immutable stranger = vm.addr(STRANGER_KEY);
    address internal constant payee = address(0xCAC4E1);
    address internal constant otherPayee = address(0xCAC4E2);
    address internal constant guardian = address(0x6A4D);

    DevToken internal token;
    CessCdnLedger internal ledger;

    function setUp() public virtual {
        vm.warp(START);
        token = new DevToken();
        ledger = new CessCdnLedger(token, parameters());
        vm.label(payer, "payer");
        vm.label(payee, "payee");
        vm.label(otherPayee, "otherPayee");
    }

    function parameters() internal pure returns (Parameters memory) {
        return Parameters({
            feeBps: FEE_BPS,
            burnBps: BURN_BPS,
            kappaBps: KAPPA_BPS,
            thawSeconds: THAW,
            exitSeconds: EXIT,
            pauseSeconds: PAUSE,
            minStake: MIN_STAKE,
            guardian: guardian
        });
    }

    function fund(address whom, uint256 amount) internal {
        token.mint(whom, amount);
        vm.prank(whom);
        token.approve(address(ledger), type(uint256).max);
    }

    function deposit(address whom, uint128 amount) internal {
        fund(whom, amount);
        vm.prank(whom);
        ledger.deposit(whom, amount);
    }

    function voucher(address to, uint128 amount) internal view returns (Voucher memory) {
        return Voucher(payer, to, LANE, amount, uint64(amount / 1e9), FAR, bytes32(uint256(0xbeef)));
    }

    function signed(Voucher memory v, uint256 key) internal view returns (bytes memory) {
        (bytes32 r, bytes32 vs) = vm.signCompact(key, ledger.hashVoucher(v));
        return abi.encodePacked(r, vs);
    }

    function redeem(Voucher memory v, uint256 key) internal {
        bytes memory signature = signed(v, key);
        ledger.redeem(v, signature);
    }

    function pack(Voucher memory v, bytes memory signature) internal pure returns (bytes memory) {
        return abi.encodePacked(
            v.payer, v.payee, v.lane, v.amount, v.bytesServed, v.expiry, v.receiptsRoot, signature
        );
    }

    function packed(Voucher memory v, uint256 key) internal view returns (bytes memory) {
        return pack(v, signed(v, key));
    }

    function entry(address to, uint128 amount) internal pure returns (bytes memory) {
        return abi.encodePacked(to, amount, uint64(amount / 1e9));
    }

    function settlement(uint64 lane, uint64 expiry, bytes memory entries, uint256 key)
        internal
        view
        returns (bytes memory)
    {
        (bytes32 r, bytes32 vs) = vm.signCompact(key, ledger.hashSettlement(payer, lane, expiry, entries));
        return abi.encodePacked(r, vs);
    }

    function settle(bytes memory entries, uint256 key) internal {
        bytes memory signature = settlement(LANE, FAR, entries, key);
        ledger.settleSigned(payer, LANE, FAR, entries, signature);
    }

    /// @dev A number of a range that follows from any number.
    function within(uint256 any, uint256 min, uint256 max) internal pure returns (uint256) {
        return any >= min && any <= max ? any : min + any % (max - min + 1);
    }

    function feeOf(uint256 paid) internal pure returns (uint256) {
        return (paid * FEE_BPS + 9_999) / 10_000;
    }

    function paidOn(address from, address to, uint64 lane) internal view returns (uint128 amount) {
        (amount,) = ledger.laneOf(from, to, lane);
    }

    function creditOf(address whom) internal view returns (uint128 amount) {
        (amount,) = ledger.creditOf(whom);
    }

    function escrowOf(address whom) internal view returns (uint128 escrow) {
        (escrow,) = ledger.accountOf(whom);
    }

    function reservedOf(address whom) internal view returns (uint128 reserved) {
        (, reserved) = ledger.accountOf(whom);
    }

    function reserve(address to, uint128 amount) internal {
        vm.prank(payer);
        ledger.reserve(to, amount);
    }

    function authorize(uint128 cap, uint64 expiry) internal {
        vm.prank(payer);
        ledger.authorizeSigner(hot, LANE, cap, expiry);
    }

    function remainingOf(address signer) internal view returns (uint128 remaining) {
        (remaining,,) = ledger.signerOf(payer, signer, LANE);
    }
}
