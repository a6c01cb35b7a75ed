// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Nodes} from "../contracts/Nodes.sol";
import {Terms} from "../contracts/Terms.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @notice Registration of nodes, their stake and their leaving.
contract NodesTest is LedgerTest {
    bytes32 private constant KEY = bytes32(uint256(0x11));
    bytes32 private constant REGION = "eu-west";
    address private constant operator = address(0x09E7);
    address private constant otherOperator = address(0x09E8);

    function setUp() public override {
        super.setUp();
        fund(operator, 1_000 * COIN);
        fund(otherOperator, 1_000 * COIN);
    }

    function register(address who, uint128 stake) private {
        vm.prank(who);
        ledger.registerNode(KEY, REGION, "r", "s", stake);
    }

    function test_node_isRegisteredWithItsStake() public {
        vm.prank(operator);
        vm.expectEmit(address(ledger));
        emit Nodes.NodeRegistered(operator, KEY, REGION, "r", "s");
        vm.expectEmit(address(ledger));
        emit Nodes.StakeChanged(operator, MIN_STAKE);
        ledger.registerNode(KEY, REGION, "r", "s", MIN_STAKE);
        Nodes.Node memory node = ledger.nodeOf(operator);
        vm.assertEq(node.stake, MIN_STAKE);
        vm.assertEq(node.peerKey, KEY);
        vm.assertEq(node.region, REGION);
        vm.assertEq(node.attestationR, bytes32("r"));
        vm.assertEq(node.attestationS, bytes32("s"));
        vm.assertEq(node.exitsAt, 0);
        vm.assertEq(token.balanceOf(address(ledger)), MIN_STAKE);
    }

    function test_lessThanTheLeastStake_isRefused() public {
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(Nodes.InsufficientStake.selector, MIN_STAKE - 1, MIN_STAKE));
        ledger.registerNode(KEY, REGION, "r", "s", MIN_STAKE - 1);
    }

    function test_incompleteNode_isRefused() public {
        vm.startPrank(operator);
        vm.expectRevert(abi.encodeWithSelector(Nodes.IncompleteNode.selector, 0, REGION));
        ledger.registerNode(0, REGION, "r", "s", MIN_STAKE);
        vm.expectRevert(abi.encodeWithSelector(Nodes.IncompleteNode.selector, KEY, 0));
        ledger.registerNode(KEY, 0, "r", "s", MIN_STAKE);
    }

    function test_registeringAgain_keepsTheStake() public {
        register(operator, MIN_STAKE);
        vm.prank(operator);
        ledger.registerNode("key2", "us-east", "r2", "s2", 0);
        Nodes.Node memory node = ledger.nodeOf(operator);
        vm.assertEq(node.stake, MIN_STAKE);
        vm.assertEq(node.peerKey, bytes32("key2"));
        vm.assertEq(node.region, bytes32("us-east"));
        register(operator, COIN);
        vm.assertEq(ledger.nodeOf(operator).stake, MIN_STAKE + COIN);
    }

    function test_stake_grows() public {
        register(operator, MIN_STAKE);
        vm.startPrank(operator);
        vm.expectEmit(address(ledger));
        emit Nodes.StakeChanged(operator, MIN_STAKE + 3 * COIN);
        ledger.addStake(3 * COIN);
        vm.expectRevert(Terms.ZeroAmount.selector);
        ledger.addStake(0);
    }

    function test_whoHasNoNode_hasNothingToChange() public {
        vm.startPrank(operator);
        bytes memory refusal = abi.encodeWithSelector(Nodes.NodeUnknown.selector, operator);
        vm.expectRevert(refusal);
        ledger.addStake(COIN);
        vm.expectRevert(refusal);
        ledger.startExit();
        vm.expectRevert(refusal);
        ledger.cancelExit();
        vm.expectRevert(refusal);
        ledger.finishExit(operator);
    }

    function test_node_leavesWithItsStake() public {
        register(operator, MIN_STAKE);
        register(otherOperator, MIN_STAKE);
        vm.startPrank(operator);
        vm.expectRevert(abi.encodeWithSelector(Nodes.ExitNotOver.selector, 0, START));
        ledger.finishExit(operator);
        vm.expectEmit(address(ledger));
        emit Nodes.ExitStarted(operator, START + EXIT);
        ledger.startExit();
        vm.expectRevert(abi.encodeWithSelector(Nodes.NodeIsLeaving.selector, START + EXIT));
        ledger.startExit();
        vm.expectRevert(abi.encodeWithSelector(Nodes.NodeIsLeaving.selector, START + EXIT));
        ledger.registerNode(KEY, REGION, "r", "s", 0);
        vm.warp(START + EXIT - 1);
        vm.expectRevert(abi.encodeWithSelector(Nodes.ExitNotOver.selector, START + EXIT, START + EXIT - 1));
        ledger.finishExit(operator);
        vm.warp(START + EXIT);
        vm.expectRevert(abi.encodeWithSelector(Terms.InvalidAddress.selector, address(0)));
        ledger.finishExit(address(0));
        vm.expectEmit(address(ledger));
        emit Nodes.NodeExited(operator, stranger, MIN_STAKE);
        ledger.finishExit(stranger);
        vm.assertEq(token.balanceOf(stranger), MIN_STAKE);
        vm.assertEq(ledger.nodeOf(operator).peerKey, 0);
        vm.assertEq(ledger.nodeOf(operator).stake, 0);
        vm.assertEq(ledger.nodeOf(otherOperator).stake, MIN_STAKE);
        vm.expectRevert(abi.encodeWithSelector(Nodes.NodeUnknown.selector, operator));
        ledger.finishExit(stranger);
    }

    function test_cancelledExit_isNone() public {
        register(operator, MIN_STAKE);
        vm.startPrank(operator);
        vm.expectRevert(abi.encodeWithSelector(Nodes.ExitNotOver.selector, 0, START));
        ledger.cancelExit();
        ledger.startExit();
        vm.expectEmit(address(ledger));
        emit Nodes.ExitCancelled(operator);
        ledger.cancelExit();
        vm.warp(START + EXIT);
        vm.expectRevert(abi.encodeWithSelector(Nodes.ExitNotOver.selector, 0, START + EXIT));
        ledger.finishExit(operator);
    }

    function test_attestation_bindsOperatorKeyAndRegion() public view {
        bytes32 typeHash = keccak256("NodeAttestation(address operator,bytes32 peerKey,bytes32 region)");
        bytes32 expected = keccak256(
            abi.encodePacked(
                hex"1901", ledger.domainSeparator(), keccak256(abi.encode(typeHash, operator, KEY, REGION))
            )
        );
        vm.assertEq(ledger.nodeAttestation(operator, KEY, REGION), expected);
    }
}
