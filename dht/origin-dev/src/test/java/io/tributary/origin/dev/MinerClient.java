package io.tributary.origin.dev;

import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.origin.identity.SignedText;
import io.tributary.origin.identity.Signer;
import io.tributary.origin.identity.Ss58Address;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A plain HTTP client of miners, made of the JDK's alone. */
public final class MinerClient {
  public static final String BOUNDARY = "----sample-boundary";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Signer signer;

  public MinerClient(Signer signer) {
    this.signer = signer;
  }

  public HttpRequest.Builder request(String url, Fid fid, FragmentHash fragment) {
    SignedText signed = SignedText.sign(signer, "hello");
    return HttpRequest.newBuilder(URI.create(url + "/fragment"))
        .timeout(Duration.ofSeconds(20))
        .header("Fid", fid.toHex())
        .header("Fragment", fragment.toHex())
        .header("Account", new Ss58Address(Ss58Address.CESS_TESTNET, signer.account()).toString())
        .header("Message", signed.text())
        .header("Signature", signed.signature());
  }

  public HttpResponse<byte[]> get(String url, Fid fid, FragmentHash fragment)
      throws IOException, InterruptedException {
    return send(request(url, fid, fragment).build());
  }

  public HttpResponse<byte[]> put(String url, Fid fid, FragmentHash fragment, byte[] bytes)
      throws IOException, InterruptedException {
    return send(putRequest(url, fid, fragment, bytes).build());
  }

  public HttpRequest.Builder putRequest(String url, Fid fid, FragmentHash fragment, byte[] bytes) {
    return request(url, fid, fragment)
        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
        .PUT(form("file", bytes));
  }

  public HttpResponse<byte[]> putNothing(String url, Fid fid, FragmentHash fragment)
      throws IOException, InterruptedException {
    return send(request(url, fid, fragment).PUT(BodyPublishers.noBody()).build());
  }

  public HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofByteArray());
  }

  public static BodyPublisher form(String part, byte[] bytes) {
    return BodyPublishers.concat(
        BodyPublishers.ofString(formHead(part)),
        BodyPublishers.ofByteArray(bytes),
        BodyPublishers.ofString(formTail()));
  }

  public static String formHead(String part) {
    return "--"
        + BOUNDARY
        + "\r\nContent-Disposition: form-data; name=\""
        + part
        + "\"; filename=\"blob\"\r\nContent-Type: application/octet-stream\r\n\r\n";
  }

  public static String formTail() {
    return "\r\n--" + BOUNDARY + "--\r\n";
  }
}
