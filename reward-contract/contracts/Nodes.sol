// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Vault} from "./Vault.sol";

/// @title The nodes that operators vouch for with a stake.
/// @notice One node per operator, and a stake of its own for each. The contract keeps what the node's own key said of
/// its operator but cannot check Ed25519: readers check it, and ignore nodes whose attestation does not hold.
abstract contract Nodes is Vault, EIP712 {
    /// @notice A node as its operator registered it.
    /// @param stake what is staked for it, in base units
    /// @param exitsAt when a leaving node's stake may go, in seconds since 1970; zero if it stays
    /// @param peerKey the Ed25519 public key of its libp2p identity, from which the peer id follows
    /// @param region where it says it is: lower-case ASCII, filled with zeros on the right
    /// @param attestationR the first half of the Ed25519 signature of {nodeAttestation}
    /// @param attestationS the second half
    struct Node {
        uint128 stake;
        uint64 exitsAt;
        bytes32 peerKey;
        bytes32 region;
        bytes32 attestationR;
        bytes32 attestationS;
    }

    bytes32 private constant ATTESTATION_TYPE =
        keccak256("NodeAttestation(address operator,bytes32 peerKey,bytes32 region)");

    mapping(address operator => Node) private _nodes;

    /// @notice An operator registered its node, or said something new of it.
    event NodeRegistered(
        address indexed operator,
        bytes32 indexed peerKey,
        bytes32 region,
        bytes32 attestationR,
        bytes32 attestationS
    );
    /// @notice The stake of a node changed to `stake`.
    event StakeChanged(address indexed operator, uint128 stake);
    /// @notice A node leaves; its stake may go at `exitsAt`.
    event ExitStarted(address indexed operator, uint256 exitsAt);
    /// @notice A node stays.
    event ExitCancelled(address indexed operator);
    /// @notice A node left, with its stake.
    event NodeExited(address indexed operator, address indexed to, uint128 stake);

    /// @notice The operator has no node.
    error NodeUnknown(address operator);
    /// @notice A node's stake would be less than the least.
    error InsufficientStake(uint256 stake, uint256 minimum);
    /// @notice The key or the region of a node is missing.
    error IncompleteNode(bytes32 peerKey, bytes32 region);
    /// @notice The node is leaving, at a time.
    error NodeIsLeaving(uint256 exitsAt);
    /// @notice The node may leave at a later time; zero if it has not asked to.
    error ExitNotOver(uint256 exitsAt, uint256 time);

    /// @notice Registers the caller's node, or replaces what it said of it, and adds `addedStake` to its stake.
    /// @param peerKey the Ed25519 public key of its libp2p identity
    /// @param region where it is
    /// @param attestationR first half of that key's signature of {nodeAttestation}
    /// @param attestationS second half
    /// @param addedStake in base units; may be zero if the stake is enough already
    function registerNode(
        bytes32 peerKey,
        bytes32 region,
        bytes32 attestationR,
        bytes32 attestationS,
        uint128 addedStake
    ) external nonReentrant {
        require(peerKey != 0 && region != 0, IncompleteNode(peerKey, region));
        Node storage node = _nodes[msg.sender];
        require(node.exitsAt == 0, NodeIsLeaving(node.exitsAt));
        uint256 stake = uint256(node.stake) + addedStake;
        require(stake >= minStake, InsufficientStake(stake, minStake));
        node.peerKey = peerKey;
        node.region = region;
        node.attestationR = attestationR;
        node.attestationS = attestationS;
        emit NodeRegistered(msg.sender, peerKey, region, attestationR, attestationS);
        if (addedStake != 0) {
            _addStake(node, addedStake);
        }
    }

    /// @notice Adds to the stake of the caller's node.
    function addStake(uint128 amount) external nonReentrant {
        _addStake(_registered(), amount);
    }

    /// @notice Begins to take the caller's node and its stake away. Nothing can hold it up.
    function startExit() external {
        Node storage node = _registered();
        require(node.exitsAt == 0, NodeIsLeaving(node.exitsAt));
        uint256 exitsAt = block.timestamp + exitSeconds;
        node.exitsAt = uint64(exitsAt);
        emit ExitStarted(msg.sender, exitsAt);
    }

    /// @notice Leaves the caller's node where it is.
    function cancelExit() external {
        Node storage node = _registered();
        require(node.exitsAt != 0, ExitNotOver(0, block.timestamp));
        node.exitsAt = 0;
        emit ExitCancelled(msg.sender);
    }

    /// @notice Sends the stake of the caller's node to `to` and forgets the node, once it may leave.
    function finishExit(address to) external nonReentrant {
        _requireSomebody(to);
        Node storage node = _registered();
        uint256 exitsAt = node.exitsAt;
        require(exitsAt != 0 && block.timestamp >= exitsAt, ExitNotOver(exitsAt, block.timestamp));
        uint128 stake = node.stake;
        delete _nodes[msg.sender];
        emit NodeExited(msg.sender, to, stake);
        _push(to, stake);
    }

    /// @notice The node of an operator; zeros if it has none.
    function nodeOf(address operator) external view returns (Node memory) {
        return _nodes[operator];
    }

    /// @notice The 32 bytes that a node's own key signs to say who its operator is and where it stands.
    function nodeAttestation(address operator, bytes32 peerKey, bytes32 region) external view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ATTESTATION_TYPE, operator, peerKey, region)));
    }

    function _registered() private view returns (Node storage node) {
        node = _nodes[msg.sender];
        require(node.peerKey != 0, NodeUnknown(msg.sender));
    }

    function _addStake(Node storage node, uint128 amount) private {
        _pull(msg.sender, amount);
        node.stake += amount;
        emit StakeChanged(msg.sender, node.stake);
    }
}
