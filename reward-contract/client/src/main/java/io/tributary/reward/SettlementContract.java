package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.ChainException.Reason;
import io.tributary.reward.binding.CessCdnLedger;
import io.tributary.reward.binding.DevToken;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.tx.ReadonlyTransactionManager;
import org.web3j.tx.gas.StaticGasProvider;

/**
 * The settlement contract, as one account uses it.
 *
 * <p>Thread-safe; its methods wait for the network. Those that would change something return a
 * {@link Proposal}, which knows what it costs and does nothing until it is sent; they throw a
 * {@link ChainException} of reason REVERTED, with the rule and the numbers, if the contract would
 * refuse.
 */
public final class SettlementContract {
  /** The most gas of a call that pulls tokens, which can only be tried once it is allowed to. */
  private static final long PULLING_GAS = 200_000;

  /** The same, for a node that is registered: its six words are written too. */
  private static final long REGISTERING_GAS = 400_000;

  private final Sender sender;
  private final EvmAddress address;
  private final CessCdnLedger binding;
  private volatile boolean isChecked;

  private SettlementContract(Sender sender, EvmAddress address) {
    this.sender = sender;
    this.address = address;
    this.binding = bind(sender, address, DefaultBlockParameterName.LATEST);
  }

  private static CessCdnLedger bind(
      Sender sender, EvmAddress address, DefaultBlockParameter block) {
    CessCdnLedger binding =
        CessCdnLedger.load(
            address.toString(),
            sender.chain().web3j(),
            new ReadonlyTransactionManager(sender.chain().web3j(), sender.address().toString()),
            new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO));
    binding.setDefaultBlockParameter(block);
    return binding;
  }

  /**
   * A contract that stands already.
   *
   * @param key of the account that uses it
   * @throws ChainException if the chain is another one, or has no such contract
   */
  public static SettlementContract at(Chain chain, SettlementDomain domain, SigningKey key)
      throws ChainException {
    SettlementContract contract = unchecked(chain, domain, key);
    contract.check();
    return contract;
  }

  /**
   * A contract that stands already, on a chain that need not answer yet: {@link FinalEscrowView}
   * and {@link Redeemer} check it when the chain first answers.
   */
  public static SettlementContract unchecked(Chain chain, SettlementDomain domain, SigningKey key)
      throws ChainException {
    if (chain.id() != domain.chainId()) {
      throw new ChainException(
          Reason.WRONG_CHAIN,
          "the endpoints are on chain " + chain.id() + ", the contract on " + domain.chainId());
    }
    return new SettlementContract(new Sender(chain, key), domain.contract());
  }

  /** Asks, once with success, whether chain and contract are those that were named. */
  void check() throws ChainException {
    if (isChecked) {
      return;
    }
    sender.chain().check();
    if (!sender.chain().hasCode(address)) {
      throw new ChainException(
          Reason.WRONG_CHAIN, "at " + address + " of chain " + sender.chain().id() + " is no code");
    }
    if (!Arrays.equals(view(binding.domainSeparator()), domain().separator().toBytes())) {
      throw new ChainException(Reason.WRONG_CHAIN, "at " + address + " stands another contract");
    }
    isChecked = true;
  }

  /** What a contract would cost to put on the chain. */
  public static Proposal deployment(
      Chain chain, SigningKey key, EvmAddress token, ContractTerms terms) throws ChainException {
    return Proposal.of(new Sender(chain, key), "", creation(token, terms));
  }

  /** Puts the contract on a chain. */
  public static SettlementContract deploy(
      Chain chain, SigningKey key, EvmAddress token, ContractTerms terms) throws ChainException {
    return deployed(chain, key, deployment(chain, key, token, terms));
  }

  /**
   * Sends a proposal of {@link #deployment} and returns the contract.
   *
   * @param proposal the one that was made for the same chain and key
   */
  public static SettlementContract deployed(Chain chain, SigningKey key, Proposal proposal)
      throws ChainException {
    return new SettlementContract(new Sender(chain, key), created(proposal));
  }

  /** What the token of development chains would cost to put on a chain. */
  public static Proposal devTokenDeployment(Chain chain, SigningKey key) throws ChainException {
    return Proposal.of(new Sender(chain, key), "", prefixed(DevToken.BINARY));
  }

  /** Sends a proposal of {@link #devTokenDeployment} and returns the token's address. */
  public static EvmAddress deployedToken(Proposal proposal) throws ChainException {
    return created(proposal);
  }

  private static EvmAddress created(Proposal proposal) throws ChainException {
    List<TransactionReceipt> receipts = proposal.sendAll();
    return EvmAddress.parse(receipts.get(receipts.size() - 1).getContractAddress());
  }

  private static String creation(EvmAddress token, ContractTerms terms) {
    CessCdnLedger.Parameters parameters =
        new CessCdnLedger.Parameters(
            BigInteger.valueOf(terms.feeBps()),
            BigInteger.valueOf(terms.burnBps()),
            BigInteger.valueOf(terms.kappaBps()),
            BigInteger.valueOf(terms.thaw().toSeconds()),
            BigInteger.valueOf(terms.exit().toSeconds()),
            BigInteger.valueOf(terms.pause().toSeconds()),
            terms.minStake().units(),
            terms.guardian().map(EvmAddress::toString).orElse(Address.DEFAULT.toString()));
    return prefixed(CessCdnLedger.BINARY)
        + FunctionEncoder.encodeConstructor(List.of(new Address(token.toString()), parameters));
  }

  private static String prefixed(String code) {
    return code.startsWith("0x") ? code : "0x" + code;
  }

  /** The contract and its chain, as vouchers are signed for it. */
  public SettlementDomain domain() {
    return new SettlementDomain(sender.chain().id(), address);
  }

  /** The account that uses it. */
  public EvmAddress account() {
    return sender.address();
  }

  /** The chain it stands on. */
  public Chain chain() {
    return sender.chain();
  }

  Sender sender() {
    return sender;
  }

  EvmAddress address() {
    return address;
  }

  // The token.

  /** The token that the contract holds. */
  public EvmAddress token() throws ChainException {
    return EvmAddress.parse(view(binding.token()));
  }

  /** What the token calls itself. */
  public String tokenSymbol() throws ChainException {
    return view(erc20().symbol());
  }

  /** How many decimal places of the token a base unit is: 18 for most. */
  public int tokenDecimals() throws ChainException {
    return view(erc20().decimals()).intValueExact();
  }

  /** What an account has of the token, outside of the contract. */
  public Amount tokens(EvmAddress owner) throws ChainException {
    return new Amount(view(erc20().balanceOf(owner.toString())));
  }

  /** Makes dev tokens for an account. Only a development chain has such a token. */
  public Proposal mintDevTokens(EvmAddress owner, Amount amount) throws ChainException {
    DevToken token = erc20();
    return Proposal.of(
        sender,
        token.getContractAddress(),
        token.mint(owner.toString(), amount.units()).encodeFunctionCall());
  }

  /** The token by its common functions, which dev token and any other one have. */
  private DevToken erc20() throws ChainException {
    return DevToken.load(
        token().toString(),
        sender.chain().web3j(),
        new ReadonlyTransactionManager(sender.chain().web3j(), account().toString()),
        new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO));
  }

  // A payer.

  /** Puts tokens of the account into a payer's escrow; the contract is allowed that many first. */
  public Proposal deposit(EvmAddress payer, Amount amount) throws ChainException {
    return pulling(amount, binding.deposit(payer.toString(), amount.units()), PULLING_GAS);
  }

  /** Reserves free escrow of the account for a payee. */
  public Proposal reserve(EvmAddress payee, Amount amount) throws ChainException {
    return propose(binding.reserve(payee.toString(), amount.units()));
  }

  /** Begins to take a part of a reservation back. */
  public Proposal startRelease(EvmAddress payee, Amount amount) throws ChainException {
    return propose(binding.startRelease(payee.toString(), amount.units()));
  }

  /** Leaves a reservation as it is. */
  public Proposal cancelRelease(EvmAddress payee) throws ChainException {
    return propose(binding.cancelRelease(payee.toString()));
  }

  /** Makes what was called back of a reservation free escrow, after the thaw. */
  public Proposal release(EvmAddress payee) throws ChainException {
    return propose(binding.release(payee.toString()));
  }

  /** Begins to take free escrow back. */
  public Proposal thaw(Amount amount) throws ChainException {
    return propose(binding.thaw(amount.units()));
  }

  /** Leaves escrow where it is. */
  public Proposal cancelThaw() throws ChainException {
    return propose(binding.cancelThaw());
  }

  /** Sends what thawed to an account. */
  public Proposal withdrawEscrow(EvmAddress to) throws ChainException {
    return propose(binding.withdrawEscrow(to.toString()));
  }

  /** Lets a key sign for the account on a lane, up to a cap of free escrow and a time. */
  public Proposal authorize(EvmAddress signer, long lane, Amount cap, long expirySeconds)
      throws ChainException {
    return propose(
        binding.authorizeSigner(
            signer.toString(),
            BigInteger.valueOf(lane),
            cap.units(),
            BigInteger.valueOf(expirySeconds)));
  }

  /** Lets a key sign no more, after a thaw. */
  public Proposal revoke(EvmAddress signer, long lane) throws ChainException {
    return propose(binding.revokeSigner(signer.toString(), BigInteger.valueOf(lane)));
  }

  /**
   * A payer's escrow.
   *
   * @param whole all of it, reserved or not
   * @param reserved for chosen payees
   * @param thawing what is being taken back
   * @param thawEndsAt when that may leave, unless redemption is paused meanwhile
   */
  public record Account(
      Amount whole, Amount reserved, Amount thawing, Optional<Instant> thawEndsAt) {
    /** What whoever redeems first is paid from, once what thaws has left. */
    public Amount free() {
      BigInteger free = whole.units().subtract(reserved.units()).subtract(thawing.units());
      return new Amount(free.max(BigInteger.ZERO));
    }
  }

  /** A payer's escrow. */
  public Account account(EvmAddress payer) throws ChainException {
    var escrow = view(binding.accountOf(payer.toString()));
    var thaw = view(binding.thawOf(payer.toString()));
    return new Account(
        new Amount(escrow.component1()),
        new Amount(escrow.component2()),
        new Amount(thaw.component1()),
        thaw.component1().signum() == 0 ? Optional.empty() : time(thaw.component2()));
  }

  /**
   * A payer's reservation for a payee.
   *
   * @param amount what is reserved
   * @param releasing what of it is called back
   * @param endsAt when that is free again, unless redemption is paused meanwhile
   */
  public record Reservation(Amount amount, Amount releasing, Optional<Instant> endsAt) {}

  /** What a payer has reserved for a payee. */
  public Reservation reservation(EvmAddress payer, EvmAddress payee) throws ChainException {
    var held = view(binding.reservationOf(payer.toString(), payee.toString()));
    return new Reservation(
        new Amount(held.component1()),
        new Amount(held.component2()),
        held.component2().signum() == 0 ? Optional.empty() : time(held.component3()));
  }

  /** The most a payee can be paid by a payer now. */
  public Amount redeemable(EvmAddress payer, EvmAddress payee) throws ChainException {
    return new Amount(view(binding.redeemable(payer.toString(), payee.toString())));
  }

  /** What a signer may still spend of a payer's free escrow on a lane. */
  public Amount remaining(EvmAddress payer, EvmAddress signer, long lane) throws ChainException {
    return new Amount(
        view(binding.signerOf(payer.toString(), signer.toString(), BigInteger.valueOf(lane)))
            .component1());
  }

  // A payee.

  /** What was ever paid on a lane, by the newest block. */
  public Amount paid(LaneId lane) throws ChainException {
    return paid(binding, lane);
  }

  /** What was ever paid on a lane, by a block. */
  Amount paidAt(LaneId lane, long block) throws ChainException {
    return paid(
        bind(sender, address, DefaultBlockParameter.valueOf(BigInteger.valueOf(block))), lane);
  }

  private static Amount paid(CessCdnLedger at, LaneId lane) throws ChainException {
    return new Amount(
        view(at.laneOf(
                lane.payer().toString(), lane.payee().toString(), BigInteger.valueOf(lane.lane())))
            .component1());
  }

  /** The call that redeems packed vouchers. */
  String redeemPacked(byte[] vouchers) {
    return binding.redeemPacked(vouchers).encodeFunctionCall();
  }

  /** Pulls credit of the account to an account. */
  public Proposal withdraw(EvmAddress to, Amount amount) throws ChainException {
    return propose(binding.withdraw(to.toString(), amount.units()));
  }

  /** Claims a payee's subsidy for the fees it generated. */
  public Proposal claimSubsidy(EvmAddress payee) throws ChainException {
    return propose(binding.claimSubsidy(payee.toString()));
  }

  /**
   * What a payee has earned.
   *
   * @param credit what it can withdraw
   * @param openFees the fees it generated since its last claim of a subsidy
   * @param subsidy what it could claim for them now
   */
  public record Earnings(Amount credit, Amount openFees, Amount subsidy) {}

  /** What a payee has earned. */
  public Earnings earnings(EvmAddress payee) throws ChainException {
    var credit = view(binding.creditOf(payee.toString()));
    BigInteger fees = credit.component2();
    BigInteger subsidy = BigInteger.ZERO;
    if (fees.signum() != 0) {
      BigInteger most =
          fees.multiply(view(binding.kappaBps())).divide(BigInteger.valueOf(ContractTerms.BPS));
      BigInteger share =
          view(binding.poolBalance()).multiply(fees).divide(view(binding.openFees()));
      subsidy = most.min(share);
    }
    return new Earnings(new Amount(credit.component1()), new Amount(fees), new Amount(subsidy));
  }

  // Everybody.

  /** All fees the contract ever took. */
  public Amount totalFees() throws ChainException {
    return new Amount(view(binding.totalFees()));
  }

  /** What of the fees and of sponsors' gifts there is to pay subsidies from. */
  public Amount pool() throws ChainException {
    return new Amount(view(binding.poolBalance()));
  }

  /** The fees that wait to be burned. */
  public Amount burnableFees() throws ChainException {
    return new Amount(view(binding.burnableFees()));
  }

  /** The fee of each redemption, in hundredths of a per cent of what is paid, rounded up. */
  public int feeBps() throws ChainException {
    return view(binding.feeBps()).intValueExact();
  }

  /** Burns the fees that wait for it. */
  public Proposal burnFees() throws ChainException {
    return propose(binding.burnFees());
  }

  /** Where burned fees are. */
  public EvmAddress burned() throws ChainException {
    return EvmAddress.parse(view(binding.BURNED()));
  }

  /**
   * What moved an account's money, oldest first.
   *
   * @param from the first block
   * @param to the last block
   */
  public List<Movement> movements(EvmAddress account, long from, long to) throws ChainException {
    return Movements.of(sender.chain(), address, account, from, to);
  }

  // The operator of a node.

  /** Registers the account's node, or says something new of it, and adds to its stake. */
  public Proposal registerNode(NodeAttestation node, Amount addedStake) throws ChainException {
    var call =
        binding.registerNode(
            node.peerKey().toBytes(),
            NodeAttestation.regionWord(node.region()),
            node.signatureR().toBytes(),
            node.signatureS().toBytes(),
            addedStake.units());
    return addedStake.isZero() ? propose(call) : pulling(addedStake, call, REGISTERING_GAS);
  }

  /** Adds to the stake of the account's node. */
  public Proposal addStake(Amount amount) throws ChainException {
    return pulling(amount, binding.addStake(amount.units()), PULLING_GAS);
  }

  /** Begins to take the account's node and its stake away. */
  public Proposal startExit() throws ChainException {
    return propose(binding.startExit());
  }

  /** Leaves the account's node where it is. */
  public Proposal cancelExit() throws ChainException {
    return propose(binding.cancelExit());
  }

  /** Sends the stake of the account's node to an account, once it may leave. */
  public Proposal finishExit(EvmAddress to) throws ChainException {
    return propose(binding.finishExit(to.toString()));
  }

  /** The node of an operator; empty if it has none. */
  public Optional<NodeEntry> node(EvmAddress operator) throws ChainException {
    CessCdnLedger.Node node = view(binding.nodeOf(operator.toString()));
    Hash256 peerKey = Hash256.of(node.peerKey);
    if (peerKey.equals(Hash256.ZERO)) {
      return Optional.empty();
    }
    return Optional.of(
        new NodeEntry(
            new Amount(node.stake),
            node.exitsAt.signum() == 0 ? Optional.empty() : time(node.exitsAt),
            new NodeAttestation(
                operator,
                peerKey,
                NodeAttestation.regionText(node.region),
                Hash256.of(node.attestationR),
                Hash256.of(node.attestationS))));
  }

  private static Optional<Instant> time(BigInteger seconds) {
    return Optional.of(Instant.ofEpochSecond(seconds.longValueExact()));
  }

  private Proposal propose(RemoteFunctionCall<TransactionReceipt> call) throws ChainException {
    return Proposal.of(sender, address.toString(), call.encodeFunctionCall());
  }

  /** A call that takes tokens: allows exactly those first, unless that many are allowed already. */
  private Proposal pulling(Amount amount, RemoteFunctionCall<TransactionReceipt> call, long gas)
      throws ChainException {
    DevToken token = erc20();
    Amount has = tokens(account());
    if (has.compareTo(amount) < 0) {
      throw new ChainException(
          Reason.REVERTED,
          "InsufficientTokens(needed=" + amount + ", available=" + has + ") of " + account());
    }
    BigInteger allowed = view(token.allowance(account().toString(), address.toString()));
    if (allowed.compareTo(amount.units()) >= 0) {
      return propose(call);
    }
    return Proposal.of(
        sender,
        token.getContractAddress(),
        token.approve(address.toString(), amount.units()).encodeFunctionCall(),
        address.toString(),
        call.encodeFunctionCall(),
        gas);
  }

  private static <T> T view(RemoteFunctionCall<T> call) throws ChainException {
    try {
      return call.send();
    } catch (IOException e) {
      throw new ChainException(Reason.UNREACHABLE, String.valueOf(e.getMessage()), e);
    } catch (Exception e) { // what web3j declares
      throw new ChainException(Reason.REFUSED, String.valueOf(e.getMessage()), e);
    }
  }
}
