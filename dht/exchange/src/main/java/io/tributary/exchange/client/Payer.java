package io.tributary.exchange.client;

import io.tributary.exchange.lane.SettledVouchers;
import io.tributary.exchange.lane.UnprovenLimits;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;

/**
 * Who pays for fetches.
 *
 * @param address whose escrow pays
 * @param lane the number of this process's lanes; no other process may have it
 * @param key signs vouchers; its address is the payer's, or may sign for it
 * @param curve checks signatures
 * @param ledger where vouchers are written down before they leave
 * @param settled what has been redeemed
 * @param terms how much credit is taken
 * @param ceiling the highest price that is ever paid
 * @param unproven what is paid for transfers that broke off
 */
public record Payer(
    EvmAddress address,
    long lane,
    SigningKey key,
    Curve curve,
    Ledger ledger,
    SettledVouchers settled,
    CreditTerms terms,
    PricePerGib ceiling,
    UnprovenLimits unproven) {}
