package io.tributary.kademlia.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.kademlia.network.NetworkScope;
import java.time.Instant;

/** That any bytes are either refused, or a message that stays the same when written and read. */
class MessageCodecFuzzTest {

  private final MessageCodec codec =
      new MessageCodec(NetworkScope.INTERNET, reason -> {}, () -> Instant.EPOCH);

  @FuzzTest
  void request(byte[] bytes) throws RefusedMessageException {
    Request request;
    try {
      request = codec.decodeRequest(Unpooled.wrappedBuffer(bytes));
    } catch (RefusedMessageException expected) {
      assertThat(expected.reason()).isNotNull();
      return;
    }
    Request again = codec.decodeRequest(Unpooled.wrappedBuffer(codec.encode(request)));
    assertThat(again).isEqualTo(request);
  }

  @FuzzTest
  void response(byte[] bytes) throws RefusedMessageException {
    Response response;
    try {
      response = codec.decodeResponse(Unpooled.wrappedBuffer(bytes));
    } catch (RefusedMessageException expected) {
      assertThat(expected.reason()).isNotNull();
      return;
    }
    assertThat(response.closer()).hasSizeLessThanOrEqualTo(Response.MAX_CLOSER);
    assertThat(response.providers()).hasSizeLessThanOrEqualTo(Response.MAX_PROVIDERS);
    assertThat(response.closer())
        .allSatisfy(
            each -> assertThat(each.addresses()).hasSizeLessThanOrEqualTo(Contact.MAX_ADDRESSES));
  }
}
