package io.tributary.exchange.server;

import io.tributary.exchange.lane.SettledVouchers;
import io.tributary.ledger.EscrowView;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.signature.Curve;

/**
 * Who is paid for deliveries.
 *
 * @param address the account that redeems
 * @param ledger where vouchers are written down before they count
 * @param escrow what payers have
 * @param settled what has been redeemed
 * @param terms how much credit is given
 * @param curve checks signatures
 */
public record Payee(
    EvmAddress address,
    Ledger ledger,
    EscrowView escrow,
    SettledVouchers settled,
    CreditTerms terms,
    Curve curve) {}
