package io.tributary.origin.upstream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

class UpstreamFuzzTest {
  @FuzzTest
  void anyBytes_areAnEnvelopeOrNot(byte[] data) {
    Envelope.parse(data).ifPresent(envelope -> envelope.data().isContainerNode());
  }

  /** What is read is written in one form, and that form is read as the same endpoint. */
  @FuzzTest
  void anyText_isAnEndpointOrRefused(byte[] data) {
    Endpoint endpoint;
    try {
      endpoint = Endpoint.parse(new String(data, StandardCharsets.ISO_8859_1));
    } catch (MalformedEndpointException expected) {
      return;
    }
    String host = endpoint.resolve("/x").getHost();
    if (!endpoint.host().equals(host)) {
      throw new AssertionError(endpoint + " would connect to " + host);
    }
    if (!Endpoint.parse(endpoint.toString()).equals(endpoint)) {
      throw new AssertionError(endpoint + " is not read back");
    }
  }
}
