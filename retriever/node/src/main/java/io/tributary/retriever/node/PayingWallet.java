package io.tributary.retriever.node;

import io.tributary.exchange.client.Payer;
import io.tributary.exchange.lane.UnprovenLimits;
import io.tributary.ledger.PricePerGib;
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

/**
 * Opens the wallet that pays cachers: its key, the books of what was promised, and what the chain
 * has paid out of it.
 */
final class PayingWallet {
  private PayingWallet() {}

  /**
   * Unlocks the key, opens the books and begins to read the contract; both are added to the parts.
   * Blocks.
   */
  static Payer open(
      RetrieverConfig.Wallet wallet,
      NetworkProfile.Settlement settlement,
      Path directory,
      RetrieverRuntime runtime,
      StartedParts parts)
      throws KeystoreException, JournalException {
    SigningKey key = unlock(wallet);
    Ledger ledger =
        parts.add(
            Ledger.open(
                directory.resolve("ledger"),
                PaidOut.domain(settlement),
                JournalOptions.defaults(),
                runtime.clock(),
                runtime.journals()));
    return new Payer(
        key.address(),
        wallet.lane(),
        key,
        Curve.fastest(),
        ledger,
        parts.add(PaidOut.watch(settlement, runtime)),
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
