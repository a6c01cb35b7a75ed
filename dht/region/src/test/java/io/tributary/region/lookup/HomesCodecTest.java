package io.tributary.region.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.tributary.content.FragmentHash;
import io.tributary.region.TestMembers;
import io.tributary.region.lookup.HomesCodec.Request;
import io.tributary.region.lookup.HomesCodec.Response;
import io.tributary.region.lookup.HomesCodec.Status;
import io.tributary.region.record.Refusal;
import io.tributary.region.record.RefusedException;
import io.tributary.region.wire.HomesMessages;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HomesCodecTest {
  private static final FragmentHash FRAGMENT = TestMembers.fragment(new SplittableRandom(3));

  private static HomesMessages.HomesRequest.Builder request() {
    return HomesMessages.HomesRequest.newBuilder()
        .setRegion("eu")
        .setFragment(ByteString.copyFrom(FRAGMENT.digest().toBytes()))
        .setCount(4);
  }

  private static Refusal refusal(byte[] bytes) {
    return catchThrowableOfType(RefusedException.class, () -> HomesCodec.decodeRequest(bytes))
        .reason();
  }

  private static Refusal responseRefusal(byte[] bytes) {
    return catchThrowableOfType(RefusedException.class, () -> HomesCodec.decodeResponse(bytes))
        .reason();
  }

  @Test
  void request_comesBackAsItWas() {
    Request request = new Request(TestMembers.EU, FRAGMENT, 32);
    assertThat(HomesCodec.decodeRequest(HomesCodec.encode(request))).isEqualTo(request);
  }

  @Test
  void response_comesBackAsItWas() {
    byte[] envelope = TestMembers.member(1, TestMembers.EU).toBytes();
    Response response = new Response(Status.OK, "eu", List.of(envelope));
    Response read = HomesCodec.decodeResponse(HomesCodec.encode(response));
    assertThat(read.status()).isEqualTo(Status.OK);
    assertThat(read.level()).isEqualTo("eu");
    assertThat(read.envelopes()).singleElement().isEqualTo(envelope);
  }

  @Test
  void request_outOfBounds_isRefused() {
    assertThat(refusal(request().setCount(0).build().toByteArray())).isEqualTo(Refusal.MALFORMED);
    assertThat(refusal(request().setCount(33).build().toByteArray())).isEqualTo(Refusal.MALFORMED);
    assertThat(refusal(request().setCount(-1).build().toByteArray())).isEqualTo(Refusal.MALFORMED);
    assertThat(refusal(request().setRegion("EU").build().toByteArray()))
        .isEqualTo(Refusal.BAD_REGION);
    assertThat(
            refusal(request().setFragment(ByteString.copyFrom(new byte[31])).build().toByteArray()))
        .isEqualTo(Refusal.MALFORMED);
    assertThat(refusal(new byte[129])).isEqualTo(Refusal.TOO_LONG);
    assertThat(refusal(new byte[] {9})).isEqualTo(Refusal.MALFORMED);
  }

  @Test
  void response_outOfBounds_isRefused() {
    assertThat(
            responseRefusal(
                HomesMessages.HomesResponse.newBuilder().setStatus(4).build().toByteArray()))
        .isEqualTo(Refusal.UNKNOWN_MESSAGE);
    assertThat(
            responseRefusal(
                HomesMessages.HomesResponse.newBuilder()
                    .addAllRecords(Collections.nCopies(33, ByteString.EMPTY))
                    .build()
                    .toByteArray()))
        .isEqualTo(Refusal.MALFORMED);
    assertThat(responseRefusal(new byte[HomesCodec.MAX_RESPONSE_BYTES + 1]))
        .isEqualTo(Refusal.TOO_LONG);
  }

  @FuzzTest
  void anyRequest(byte[] bytes) {
    try {
      Request request = HomesCodec.decodeRequest(bytes);
      assertThat(HomesCodec.decodeRequest(HomesCodec.encode(request))).isEqualTo(request);
    } catch (RefusedException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }

  @FuzzTest
  void anyResponse(byte[] bytes) {
    try {
      assertThat(HomesCodec.decodeResponse(bytes).envelopes())
          .hasSizeLessThanOrEqualTo(HomesCodec.MAX_COUNT);
    } catch (RefusedException expected) {
      assertThat(expected.reason()).isNotNull();
    }
  }
}
