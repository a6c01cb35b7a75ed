package io.tributary.retriever.node;

import io.tributary.exchange.client.Payer;
import io.tributary.exchange.lane.SettledVouchers;
import io.tributary.exchange.lane.UnprovenLimits;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.keys.KeyDirectory;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.keys.PasswordSource;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.nodekit.network.NetworkProfile;
import java.nio.file.Path;
import java.util.Arrays;

/** Opens the wallet that pays cachers: its key, and the books of what was promised. */
final class PayingWallet {
  private PayingWallet() {}

  /** Unlocks the key and opens the books, which are added to the parts. Blocks. */
  static Payer open(
      RetrieverConfig.Wallet wallet,
      NetworkProfile.Settlement settlement,
      Path directory,
      RetrieverRuntime runtime,
      StartedParts parts)
      throws KeystoreException, JournalException {
    SigningKey key = unlock(wallet);
    SettlementDomain domain =
        new SettlementDomain(settlement.chainId(), EvmAddress.parse(settlement.contract()));
    Ledger ledger =
        parts.add(
            Ledger.open(
                directory.resolve("ledger"),
                domain,
                JournalOptions.defaults(),
                runtime.clock(),
                runtime.journals()));
    return new Payer(
        key.address(),
        wallet.lane(),
        key,
        Curve.fastest(),
        ledger,
        SettledVouchers.NONE,
        CreditTerms.defaults(),
        PricePerGib.of(wallet.ceilingPerGib()),
        UnprovenLimits.defaults());
  }

  private static SigningKey unlock(RetrieverConfig.Wallet wallet) throws KeystoreException {
    char[] password = PasswordSource.file(wallet.passwordFile()).read();
    try {
      return KeyDirectory.read(wallet.keystore()).unlock(password, Curve.fastest());
    } finally {
      Arrays.fill(password, '\0');
    }
  }
}
