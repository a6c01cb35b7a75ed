// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CessCdnLedger} from "../../contracts/CessCdnLedger.sol";
import {Voucher} from "../../contracts/Vouchers.sol";
import {DevToken} from "../../contracts/dev/DevToken.sol";
import {Vm} from "./Vm.sol";

/// @notice A few people who do anything at any time, and a book of their own of what must come of it.
/// @dev Each action works out from the book whether the ledger must take it, and fails on a surprise either way. The
/// book is kept the plain way, in whole sums and lists, so that it shares no trick with the ledger.
contract LedgerHandler {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint256 public constant PAYERS = 3;
    uint256 public constant PAYEES = 3;
    uint256 public constant LANES = 2;
    uint256 private constant FAR = 1 << 40;

    CessCdnLedger public immutable ledger;
    DevToken public immutable token;
    address public immutable guardian;

    uint256[PAYERS] private _keys = [uint256(0xA1), 0xA2, 0xA3];
    uint256[PAYERS] private _hotKeys = [uint256(0xB1), 0xB2, 0xB3];
    address[PAYERS] public payers;
    address[PAYERS] public hots;
    address[PAYEES] public payees;

    // The book.
    mapping(address => uint256) public escrow;
    mapping(address => uint256) public thawing;
    mapping(address => uint256) public thawEnd;
    mapping(address => mapping(address => uint256)) public reserved;
    mapping(address => mapping(address => uint256)) public releasing;
    mapping(address => mapping(address => uint256)) public releaseEnd;
    mapping(address => mapping(address => mapping(uint256 => uint256))) public lanePaid;
    mapping(address => uint256) public credit;
    mapping(address => uint256) public earned;
    mapping(address => uint256) public drawn;
    mapping(address => uint256) public feesOf;
    mapping(address => uint256) public claimedFor;
    mapping(address => uint256) public subsidies;
    mapping(address => uint256) public withdrawn;
    mapping(address => uint256) public stake;
    mapping(address => uint256) public exitAt;
    mapping(address => mapping(uint256 => uint256)) public cap;
    mapping(address => mapping(uint256 => uint256)) public capUntil;
    mapping(address => mapping(uint256 => uint256)) public revokedAt;
    uint256 public fees;
    uint256 public burned;
    uint256 public sponsored;
    uint256 public brought;
    uint256 public donated;
    uint256 public pausedFrom;
    uint256 public pausedUntil;
    uint256 public pausedBefore;
    uint256 public actions;
    uint256 public payments;

    constructor(CessCdnLedger ledger_, DevToken token_, address guardian_) {
        (ledger, token, guardian) = (ledger_, token_, guardian_);
        for (uint256 i = 0; i < PAYERS; i++) {
            payers[i] = vm.addr(_keys[i]);
            hots[i] = vm.addr(_hotKeys[i]);
        }
        // The first payee is a payer too: it can pay itself.
        payees = [payers[0], address(0xCA1), address(0xCA2)];
    }

    // ---- payers ----

    function deposit(uint256 who, uint256 forWhom, uint256 amount) external {
        (address from, address to) = (payers[who % PAYERS], payers[forWhom % PAYERS]);
        amount = 1 + amount % 1e24;
        bring(from, amount);
        if (act(from, abi.encodeCall(ledger.deposit, (to, uint128(amount))), true)) {
            escrow[to] += amount;
        }
    }

    function reserve(uint256 who, uint256 whom, uint256 amount) external {
        (address payer, address payee) = (payers[who % PAYERS], payees[whom % PAYEES]);
        amount %= escrow[payer] + 2;
        bool may = amount != 0 && amount <= free(payer);
        if (act(payer, abi.encodeCall(ledger.reserve, (payee, uint128(amount))), may)) {
            reserved[payer][payee] += amount;
        }
    }

    function startRelease(uint256 who, uint256 whom, uint256 amount) external {
        (address payer, address payee) = (payers[who % PAYERS], payees[whom % PAYEES]);
        amount %= reserved[payer][payee] + 2;
        bool may = amount != 0 && releasing[payer][payee] + amount <= reserved[payer][payee];
        if (act(payer, abi.encodeCall(ledger.startRelease, (payee, uint128(amount))), may)) {
            releasing[payer][payee] += amount;
            releaseEnd[payer][payee] = clock() + ledger.thawSeconds();
        }
    }

    function cancelRelease(uint256 who, uint256 whom) external {
        (address payer, address payee) = (payers[who % PAYERS], payees[whom % PAYEES]);
        if (act(payer, abi.encodeCall(ledger.cancelRelease, (payee)), releasing[payer][payee] != 0)) {
            releasing[payer][payee] = 0;
        }
    }

    function release(uint256 who, uint256 whom) external {
        (address payer, address payee) = (payers[who % PAYERS], payees[whom % PAYEES]);
        bool may = releasing[payer][payee] != 0 && clock() >= releaseEnd[payer][payee];
        if (act(payer, abi.encodeCall(ledger.release, (payee)), may)) {
            reserved[payer][payee] -= min(releasing[payer][payee], reserved[payer][payee]);
            releasing[payer][payee] = 0;
        }
    }

    function thaw(uint256 who, uint256 amount) external {
        address payer = payers[who % PAYERS];
        amount %= escrow[payer] + 2;
        bool may = amount != 0 && thawing[payer] + amount <= free(payer);
        if (act(payer, abi.encodeCall(ledger.thaw, (uint128(amount))), may)) {
            thawing[payer] += amount;
            thawEnd[payer] = clock() + ledger.thawSeconds();
        }
    }

    function cancelThaw(uint256 who) external {
        address payer = payers[who % PAYERS];
        if (act(payer, abi.encodeCall(ledger.cancelThaw, ()), thawing[payer] != 0)) {
            thawing[payer] = 0;
        }
    }

    function withdrawEscrow(uint256 who) external {
        address payer = payers[who % PAYERS];
        uint256 amount = min(thawing[payer], free(payer));
        bool may = amount != 0 && clock() >= thawEnd[payer];
        if (act(payer, abi.encodeCall(ledger.withdrawEscrow, (payer)), may)) {
            escrow[payer] -= amount;
            thawing[payer] = 0;
            withdrawn[payer] += amount;
        }
    }

    function authorizeSigner(uint256 who, uint256 lane, uint256 amount, uint256 time) external {
        who %= PAYERS;
        lane %= LANES;
        (address payer, address hot) = (payers[who], hots[who]);
        amount %= 1e24;
        uint256 expiry = block.timestamp - 1 + time % 30 days;
        bool may = amount != 0 && expiry >= block.timestamp;
        if (act(payer, abi.encodeCall(ledger.authorizeSigner, (hot, uint64(lane), uint128(amount), uint64(expiry))), may)) {
            bool good = capUntil[payer][lane] != 0 && !isOver(capUntil[payer][lane])
                && (revokedAt[payer][lane] == 0 || clock() < revokedAt[payer][lane]);
            if (good) {
                cap[payer][lane] += amount;
                capUntil[payer][lane] = max(capUntil[payer][lane], expiry);
            } else {
                cap[payer][lane] = amount;
                capUntil[payer][lane] = expiry;
            }
            revokedAt[payer][lane] = 0;
        }
    }

    function revokeSigner(uint256 who, uint256 lane) external {
        who %= PAYERS;
        lane %= LANES;
        address payer = payers[who];
        bool may = capUntil[payer][lane] != 0 && revokedAt[payer][lane] == 0;
        if (act(payer, abi.encodeCall(ledger.revokeSigner, (hots[who], uint64(lane))), may)) {
            revokedAt[payer][lane] = clock() + ledger.thawSeconds();
        }
    }

    // ---- payments ----

    struct Payment {
        uint256 who;
        address payer;
        address payee;
        uint256 lane;
        uint256 amount;
        uint256 expiry;
        uint256 signer;
    }

    /// @dev The signer is the payer for 0, its hot key for 1, somebody else for 2.
    function redeem(uint256 seed, uint256 amount, uint256 form) external {
        Payment memory p = payment(seed, amount, FAR);
        if (seed >> 200 & 7 == 0) {
            p.expiry = block.timestamp - 1 + (seed >> 203 & 1);
        }
        Voucher memory v = Voucher(
            p.payer, p.payee, uint64(p.lane), uint128(p.amount), uint64(seed), uint64(p.expiry), bytes32(seed)
        );
        bytes memory signature = sign(p, ledger.hashVoucher(v));
        bytes memory call;
        if (form % 3 == 0) {
            call = abi.encodeCall(ledger.redeem, (v, signature));
        } else if (form % 3 == 1) {
            call = abi.encodeCall(
                ledger.redeemPacked,
                abi.encodePacked(
                    v.payer, v.payee, v.lane, v.amount, v.bytesServed, v.expiry, v.receiptsRoot, signature
                )
            );
        } else {
            Voucher[] memory vouchers = new Voucher[](2);
            bytes[] memory signatures = new bytes[](2);
            (vouchers[0], vouchers[1]) = (v, v);
            (signatures[0], signatures[1]) = (signature, signature);
            call = abi.encodeCall(ledger.redeemMany, (vouchers, signatures));
        }
        bool may = block.timestamp >= pausedUntil && mayPay(p);
        if (act(address(0xF00D), call, may)) {
            pay(p);
        }
    }

    function settle(uint256 seed, uint256 amount, uint256 amount2) external {
        Payment memory p = payment(seed, amount, FAR);
        Payment memory q = payment(seed, amount2, FAR);
        q.payee = payees[(seed >> 100) % PAYEES];
        bytes memory entries =
            abi.encodePacked(p.payee, uint128(p.amount), uint64(1), q.payee, uint128(q.amount), uint64(2));
        bytes memory signature =
            sign(p, ledger.hashSettlement(p.payer, uint64(p.lane), uint64(FAR), entries));
        bool signedWell = p.signer == 0 || p.signer == 1 && capUntil[p.payer][p.lane] != 0;
        bool may = block.timestamp >= pausedUntil && signedWell;
        if (may) {
            try this.bookBoth(p, q) {}
            catch {
                may = false;
            }
        }
        act(
            address(0xF00D),
            abi.encodeCall(ledger.settleSigned, (p.payer, uint64(p.lane), uint64(FAR), entries, signature)),
            may
        );
    }

    /// @dev Books what of two payments is above their lanes; if that cannot all be paid, or is nothing, then none.
    function bookBoth(Payment calldata p, Payment calldata q) external {
        require(msg.sender == address(this), "of the handler only");
        uint256 before = payments;
        if (p.amount > lanePaid[p.payer][p.payee][p.lane]) {
            require(mayPay(p), "the first");
            pay(p);
        }
        if (q.amount > lanePaid[q.payer][q.payee][q.lane]) {
            require(mayPay(q), "the second");
            pay(q);
        }
        require(payments != before, "nothing");
    }

    function payment(uint256 seed, uint256 amount, uint256 expiry) private view returns (Payment memory p) {
        p.who = seed % PAYERS;
        p.payer = payers[p.who];
        p.payee = payees[(seed >> 8) % PAYEES];
        p.lane = (seed >> 16) % LANES;
        p.signer = (seed >> 24) % 8 == 0 ? 2 : (seed >> 24) % 2;
        p.expiry = expiry;
        uint256 paid = lanePaid[p.payer][p.payee][p.lane];
        // Mostly a bit more than before, at times less, at times more than there is.
        uint256 most = free(p.payer) + reserved[p.payer][p.payee];
        p.amount = amount % 8 == 0 ? amount % (paid + 1) : paid + amount % (most / (1 + seed % 3) + 2);
    }

    function sign(Payment memory p, bytes32 digest) private view returns (bytes memory) {
        uint256 key = p.signer == 0 ? _keys[p.who] : p.signer == 1 ? _hotKeys[p.who] : uint256(0xEE);
        (bytes32 r, bytes32 vs) = vm.signCompact(key, digest);
        return abi.encodePacked(r, vs);
    }

    function mayPay(Payment memory p) private view returns (bool) {
        uint256 paid = lanePaid[p.payer][p.payee][p.lane];
        if (p.amount <= paid || p.signer == 2 || isOver(p.expiry)) {
            return false;
        }
        uint256 delta = p.amount - paid;
        uint256 own = min(delta, reserved[p.payer][p.payee]);
        if (delta - own > free(p.payer)) {
            return false;
        }
        if (p.signer == 0) {
            return true;
        }
        uint256 revoked = revokedAt[p.payer][p.lane];
        return capUntil[p.payer][p.lane] != 0 && !isOver(capUntil[p.payer][p.lane])
            && (revoked == 0 || clock() < revoked) && delta - own <= cap[p.payer][p.lane];
    }

    function pay(Payment memory p) private {
        uint256 delta = p.amount - lanePaid[p.payer][p.payee][p.lane];
        uint256 own = min(delta, reserved[p.payer][p.payee]);
        uint256 fee = (delta * ledger.feeBps() + 9_999) / 10_000;
        lanePaid[p.payer][p.payee][p.lane] = p.amount;
        reserved[p.payer][p.payee] -= own;
        escrow[p.payer] -= delta;
        credit[p.payee] += delta - fee;
        earned[p.payee] += delta - fee;
        feesOf[p.payee] += fee;
        fees += fee;
        payments++;
        if (p.signer == 1) {
            cap[p.payer][p.lane] -= delta - own;
        }
    }

    // ---- payees ----

    function withdraw(uint256 whom, uint256 amount) external {
        address payee = payees[whom % PAYEES];
        amount %= credit[payee] + 2;
        bool may = amount != 0 && amount <= credit[payee];
        if (act(payee, abi.encodeCall(ledger.withdraw, (payee, uint128(amount))), may)) {
            credit[payee] -= amount;
            drawn[payee] += amount;
            withdrawn[payee] += amount;
        }
    }

    function claimSubsidy(uint256 whom) external {
        address payee = payees[whom % PAYEES];
        uint256 own = feesOf[payee] - claimedFor[payee];
        uint256 open = fees;
        uint256 given;
        for (uint256 i = 0; i < PAYEES; i++) {
            open -= claimedFor[payees[i]];
            given += subsidies[payees[i]];
        }
        uint256 pool = fees - fees * ledger.burnBps() / 10_000 + sponsored - given;
        uint256 amount = own == 0 ? 0 : min(own * ledger.kappaBps() / 10_000, pool * own / open);
        if (act(address(0xF00D), abi.encodeCall(ledger.claimSubsidy, (payee)), amount != 0)) {
            credit[payee] += amount;
            subsidies[payee] += amount;
            claimedFor[payee] = feesOf[payee];
        }
    }

    // ---- nodes ----

    function registerNode(uint256 who, uint256 amount) external {
        address operator = payers[who % PAYERS];
        amount %= 3 * ledger.minStake();
        bring(operator, amount);
        bool may = exitAt[operator] == 0 && stake[operator] + amount >= ledger.minStake();
        if (act(operator, abi.encodeCall(ledger.registerNode, ("key", "eu", "r", "s", uint128(amount))), may)) {
            stake[operator] += amount;
        } else {
            takeBack(operator, amount);
        }
    }

    function addStake(uint256 who, uint256 amount) external {
        address operator = payers[who % PAYERS];
        amount %= 1e24;
        bring(operator, amount);
        bool may = stake[operator] != 0 && amount != 0;
        if (act(operator, abi.encodeCall(ledger.addStake, (uint128(amount))), may)) {
            stake[operator] += amount;
        } else {
            takeBack(operator, amount);
        }
    }

    function startExit(uint256 who) external {
        address operator = payers[who % PAYERS];
        bool may = stake[operator] != 0 && exitAt[operator] == 0;
        if (act(operator, abi.encodeCall(ledger.startExit, ()), may)) {
            exitAt[operator] = block.timestamp + ledger.exitSeconds();
        }
    }

    function cancelExit(uint256 who) external {
        address operator = payers[who % PAYERS];
        if (act(operator, abi.encodeCall(ledger.cancelExit, ()), exitAt[operator] != 0)) {
            exitAt[operator] = 0;
        }
    }

    function finishExit(uint256 who) external {
        address operator = payers[who % PAYERS];
        bool may = exitAt[operator] != 0 && block.timestamp >= exitAt[operator];
        if (act(operator, abi.encodeCall(ledger.finishExit, (operator)), may)) {
            withdrawn[operator] += stake[operator];
            stake[operator] = 0;
            exitAt[operator] = 0;
        }
    }

    // ---- others ----

    function fundPool(uint256 amount) external {
        address sponsor = address(0x5905);
        amount = 1 + amount % 1e22;
        bring(sponsor, amount);
        if (act(sponsor, abi.encodeCall(ledger.fundPool, (uint128(amount))), true)) {
            sponsored += amount;
        }
    }

    function burnFees() external {
        uint256 amount = fees * ledger.burnBps() / 10_000 - burned;
        if (act(address(0xF00D), abi.encodeCall(ledger.burnFees, ()), amount != 0)) {
            burned += amount;
        }
    }

    function donate(uint256 amount) external {
        amount %= 1e20;
        token.mint(address(ledger), amount);
        donated += amount;
    }

    function pause() external {
        bool may = pausedUntil == 0 || block.timestamp >= pausedUntil + 2 * ledger.pauseSeconds();
        uint256 had = token.balanceOf(guardian) + credit[guardian];
        if (act(guardian, abi.encodeCall(ledger.pause, ()), may)) {
            pausedBefore += pausedUntil - pausedFrom;
            pausedFrom = block.timestamp;
            pausedUntil = block.timestamp + ledger.pauseSeconds();
        }
        require(token.balanceOf(guardian) + credit[guardian] == had, "I13: the guardian gained");
    }

    function unpause() external {
        if (act(guardian, abi.encodeCall(ledger.unpause, ()), block.timestamp < pausedUntil)) {
            pausedUntil = block.timestamp;
        }
    }

    function passTime(uint256 time) external {
        vm.warp(block.timestamp + time % 4 days);
    }

    // ---- the book's rules ----

    function free(address payer) public view returns (uint256 left) {
        left = escrow[payer];
        for (uint256 i = 0; i < PAYEES; i++) {
            left -= reserved[payer][payees[i]];
        }
    }

    function clock() public view returns (uint256) {
        uint256 last = min(block.timestamp, pausedUntil) - min(pausedFrom, pausedUntil);
        return block.timestamp - pausedBefore - last;
    }

    function isOver(uint256 deadline) private view returns (bool) {
        uint256 more = deadline >= pausedFrom ? pausedUntil - pausedFrom : 0;
        return block.timestamp > deadline + more;
    }

    function bring(address who, uint256 amount) private {
        token.mint(who, amount);
        brought += amount;
        vm.prank(who);
        token.approve(address(ledger), type(uint256).max);
    }

    function takeBack(address who, uint256 amount) private {
        withdrawn[who] += amount;
    }

    function act(address who, bytes memory call, bool must) private returns (bool done) {
        actions++;
        bytes memory answer;
        vm.prank(who);
        (done, answer) = address(ledger).call(call);
        require(
            done == must,
            string.concat(
                done ? "taken but should not be: " : "refused but should not be: ", vm.toString(call), " ", vm.toString(answer)
            )
        );
    }

    function min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function max(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }
}
