package io.tributary.origin.miner;

import io.tributary.origin.identity.SignedText;
import io.tributary.origin.identity.Signer;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.origin.upstream.Endpoint;
import java.net.http.HttpRequest;
import java.time.Clock;

/** Makes the requests to miners, each with a fresh signature over the present time. */
final class MinerRequests {
  private static final String FRAGMENT = "/fragment";
  private static final String STATUS = "/status";

  private final Signer signer;
  private final String address;
  private final Clock clock;

  MinerRequests(Signer signer, int addressPrefix, Clock clock) {
    this.signer = signer;
    this.address = new Ss58Address(addressPrefix, signer.account()).toString();
    this.clock = clock;
  }

  HttpRequest.Builder fragment(FragmentSource source) {
    SignedText signed = SignedText.signTime(signer, clock);
    return HttpRequest.newBuilder(source.endpoint().resolve(FRAGMENT))
        .header("Fid", source.fid().toHex())
        .header("Fragment", source.fragment().toHex())
        .header("Account", address)
        .header("Message", signed.text())
        .header("Signature", signed.signature());
  }

  static HttpRequest status(Endpoint endpoint) {
    return HttpRequest.newBuilder(endpoint.resolve(STATUS)).build();
  }
}
