// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CessCdnLedger} from "../contracts/CessCdnLedger.sol";
import {Voucher} from "../contracts/Vouchers.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @notice The vectors that the Java ledger and ethers hold to, here by the contract itself.
contract GoldenVectorsTest is LedgerTest {
    string private constant FILE = "../bandwidth-ledger/src/test/resources/io/tributary/ledger/vouchers.json";

    struct Vector {
        uint256 privateKey;
        uint256 chain;
        address verifyingContract;
        Voucher voucher;
        bytes32 domainSeparator;
        bytes32 digest;
        bytes signature;
        bytes longSignature;
    }

    function test_digests_equalTheVectors() public {
        string memory json = vm.readFile(FILE);
        uint256 count = countOf(json);
        vm.assertGe(count, 20, "vectors");
        for (uint256 i = 0; i < count; i++) {
            Vector memory v = vector(json, i);
            CessCdnLedger there = ledgerOf(v);
            vm.assertEq(there.domainSeparator(), v.domainSeparator, "domain separator");
            vm.assertEq(there.hashVoucher(v.voucher), v.digest, "digest");
            (bytes32 r, bytes32 vs) = vm.signCompact(v.privateKey, v.digest);
            vm.assertEq(keccak256(abi.encodePacked(r, vs)), keccak256(v.signature), "signature");
        }
    }

    function test_signatures_areTakenInAllForms() public {
        string memory json = vm.readFile(FILE);
        uint256 count = countOf(json);
        for (uint256 i = 0; i < count; i++) {
            Vector memory v = vector(json, i);
            for (uint256 form = 0; form < 3; form++) {
                uint256 before = vm.snapshotState();
                takes(v, form);
                vm.revertToState(before);
            }
        }
    }

    function takes(Vector memory v, uint256 form) private {
        ledger = ledgerOf(v);
        vm.warp(v.voucher.expiry < START ? v.voucher.expiry : START);
        if (v.voucher.amount == 0) {
            vm.expectRevert(abi.encodeWithSelector(CessCdnLedger.StaleVoucher.selector, 0, 0));
            ledger.redeem(v.voucher, v.signature);
            return;
        }
        deposit(v.voucher.payer, v.voucher.amount);
        if (form == 0) {
            ledger.redeem(v.voucher, v.signature);
        } else if (form == 1) {
            ledger.redeem(v.voucher, v.longSignature);
        } else {
            ledger.redeemPacked(pack(v.voucher, v.signature));
        }
        vm.assertEq(paidOn(v.voucher.payer, v.voucher.payee, v.voucher.lane), v.voucher.amount);
    }

    /// @dev The contract's code where a vector says it stands, on the chain it says.
    function ledgerOf(Vector memory v) private returns (CessCdnLedger) {
        vm.chainId(v.chain);
        vm.etch(v.verifyingContract, address(ledger).code);
        return CessCdnLedger(v.verifyingContract);
    }

    function countOf(string memory json) private view returns (uint256 count) {
        while (vm.keyExistsJson(json, string.concat("$[", vm.toString(count), "]"))) {
            count++;
        }
    }

    function vector(string memory json, uint256 i) private pure returns (Vector memory v) {
        string memory entry_ = string.concat("$[", vm.toString(i), "].");
        v.privateKey = vm.parseJsonUint(json, string.concat(entry_, "privateKey"));
        v.chain = vm.parseJsonUint(json, string.concat(entry_, "domain.chainId"));
        v.verifyingContract = vm.parseJsonAddress(json, string.concat(entry_, "domain.verifyingContract"));
        v.voucher.payer = vm.parseJsonAddress(json, string.concat(entry_, "voucher.payer"));
        v.voucher.payee = vm.parseJsonAddress(json, string.concat(entry_, "voucher.payee"));
        v.voucher.lane = uint64(vm.parseJsonUint(json, string.concat(entry_, "voucher.lane")));
        v.voucher.amount = uint128(vm.parseJsonUint(json, string.concat(entry_, "voucher.amount")));
        v.voucher.bytesServed = uint64(vm.parseJsonUint(json, string.concat(entry_, "voucher.bytesServed")));
        v.voucher.expiry = uint64(vm.parseJsonUint(json, string.concat(entry_, "voucher.expiry")));
        v.voucher.receiptsRoot = vm.parseJsonBytes32(json, string.concat(entry_, "voucher.receiptsRoot"));
        v.domainSeparator = vm.parseJsonBytes32(json, string.concat(entry_, "domainSeparator"));
        v.digest = vm.parseJsonBytes32(json, string.concat(entry_, "digest"));
        v.signature = vm.parseJsonBytes(json, string.concat(entry_, "signature"));
        v.longSignature = vm.parseJsonBytes(json, string.concat(entry_, "longSignature"));
    }
}
