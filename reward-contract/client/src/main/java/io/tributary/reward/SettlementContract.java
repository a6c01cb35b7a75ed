package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.ChainException.Reason;
import io.tributary.reward.binding.CessCdnLedger;
import io.tributary.reward.binding.DevToken;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.tx.ReadonlyTransactionManager;
import org.web3j.tx.gas.StaticGasProvider;

/**
 * The settlement contract, as one account uses it. Thread-safe; its methods wait for the network,
 * and those that change something until that is in a block.
 */
public final class SettlementContract {

  private final Sender sender;
  private final EvmAddress address;
  private final CessCdnLedger binding;

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
    if (chain.id() != domain.chainId()) {
      throw new ChainException(
          Reason.WRONG_CHAIN,
          "the endpoints are on chain " + chain.id() + ", the contract on " + domain.chainId());
    }
    SettlementContract contract = new SettlementContract(new Sender(chain, key), domain.contract());
    byte[] separator = view(contract.binding.domainSeparator());
    if (!Arrays.equals(separator, domain.separator().toBytes())) {
      throw new ChainException(
          Reason.WRONG_CHAIN, "at " + domain.contract() + " stands another contract");
    }
    return contract;
  }

  /** Puts the token of development chains on a chain, and returns its address. */
  public static EvmAddress deployDevToken(Chain chain, SigningKey key) throws ChainException {
    return create(new Sender(chain, key), DevToken.BINARY);
  }

  /** Puts the contract on a chain. */
  public static SettlementContract deploy(
      Chain chain, SigningKey key, EvmAddress token, ContractTerms terms) throws ChainException {
    Sender sender = new Sender(chain, key);
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
    String given =
        FunctionEncoder.encodeConstructor(List.of(new Address(token.toString()), parameters));
    return new SettlementContract(sender, create(sender, CessCdnLedger.BINARY + given));
  }

  private static EvmAddress create(Sender sender, String code) throws ChainException {
    String data = code.startsWith("0x") ? code : "0x" + code;
    return EvmAddress.parse(sender.call("", data).getContractAddress());
  }

  /** The contract and its chain, as vouchers are signed for it. */
  public SettlementDomain domain() {
    return new SettlementDomain(sender.chain().id(), address);
  }

  /** The account that uses it. */
  public EvmAddress account() {
    return sender.address();
  }

  Sender sender() {
    return sender;
  }

  /** The token that the contract holds. */
  public EvmAddress token() throws ChainException {
    return EvmAddress.parse(view(binding.token()));
  }

  /** Makes dev tokens for the account. Only a development chain has such a token. */
  public void mintDevTokens(Amount amount) throws ChainException {
    DevToken dev = devToken();
    sender.call(
        dev.getContractAddress(),
        dev.mint(account().toString(), amount.units()).encodeFunctionCall());
  }

  /** What an account has of the token, outside of the contract. */
  public Amount tokens(EvmAddress owner) throws ChainException {
    return new Amount(view(devToken().balanceOf(owner.toString())));
  }

  private DevToken devToken() throws ChainException {
    return DevToken.load(
        token().toString(),
        sender.chain().web3j(),
        new ReadonlyTransactionManager(sender.chain().web3j(), account().toString()),
        new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO));
  }

  /** Puts tokens of the account into its escrow; the contract is allowed to take that many. */
  public void deposit(Amount amount) throws ChainException {
    DevToken erc20 = devToken();
    sender.call(
        erc20.getContractAddress(),
        erc20.approve(address.toString(), amount.units()).encodeFunctionCall());
    call(binding.deposit(account().toString(), amount.units()));
  }

  /** Reserves free escrow of the account for a payee. */
  public void reserve(EvmAddress payee, Amount amount) throws ChainException {
    call(binding.reserve(payee.toString(), amount.units()));
  }

  /** Begins to take free escrow back. */
  public void thaw(Amount amount) throws ChainException {
    call(binding.thaw(amount.units()));
  }

  /** Takes back what thawed. */
  public void withdrawEscrow() throws ChainException {
    call(binding.withdrawEscrow(account().toString()));
  }

  /** Lets a key sign for the account on a lane, up to a cap of free escrow and a time. */
  public void authorize(EvmAddress signer, long lane, Amount cap, long expirySeconds)
      throws ChainException {
    call(
        binding.authorizeSigner(
            signer.toString(),
            BigInteger.valueOf(lane),
            cap.units(),
            BigInteger.valueOf(expirySeconds)));
  }

  /** Lets a key sign no more, after a thaw. */
  public void revoke(EvmAddress signer, long lane) throws ChainException {
    call(binding.revokeSigner(signer.toString(), BigInteger.valueOf(lane)));
  }

  /** Pulls credit of the account to the account. */
  public void withdraw(Amount amount) throws ChainException {
    call(binding.withdraw(account().toString(), amount.units()));
  }

  /** Claims the account's subsidy for the fees it generated. */
  public void claimSubsidy() throws ChainException {
    call(binding.claimSubsidy(account().toString()));
  }

  /** What a payee can withdraw. */
  public Amount credit(EvmAddress payee) throws ChainException {
    return new Amount(view(binding.creditOf(payee.toString())).component1());
  }

  /** A payer's whole escrow, reserved or not. */
  public Amount escrow(EvmAddress payer) throws ChainException {
    return new Amount(view(binding.accountOf(payer.toString())).component1());
  }

  /** What a payer is taking back. */
  public Amount thawing(EvmAddress payer) throws ChainException {
    return new Amount(view(binding.thawOf(payer.toString())).component1());
  }

  /** What a payer has reserved for a payee. */
  public Amount reserved(EvmAddress payer, EvmAddress payee) throws ChainException {
    return new Amount(view(binding.reservationOf(payer.toString(), payee.toString())).component1());
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

  /** All fees the contract ever took. */
  public Amount totalFees() throws ChainException {
    return new Amount(view(binding.totalFees()));
  }

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

  EvmAddress address() {
    return address;
  }

  private TransactionReceipt call(RemoteFunctionCall<TransactionReceipt> call)
      throws ChainException {
    return sender.call(address.toString(), call.encodeFunctionCall());
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
