package io.tributary.retriever.client;

/**
 * One question that a retriever asked somebody to get at a piece: whom, why, and what came of it.
 * Names are those of the retriever's trace.
 *
 * @param kind what the source is, such as {@code HOME}, {@code CACHER} or {@code MINER}
 * @param source which one
 * @param column the fragment's column, 0 to 11
 * @param role why it was asked: {@code NEEDED}, {@code SPARE}, {@code HEDGE} or {@code REPLACEMENT}
 * @param outcome how it ended: {@code VERIFIED}, {@code CANCELLED}, {@code LIED}, {@code MISSING},
 *     {@code BUSY}, {@code FAILED} or {@code RUNNING}
 * @param askedMicros when it was asked, in microseconds from the beginning of the read
 * @param firstByteMicros when the first byte came; 0 if none did
 * @param endedMicros when it ended; 0 if it has not
 * @param receivedBytes how many bytes came
 * @param detail what there is to say of the outcome; may be empty
 */
public record Ask(
    String kind,
    String source,
    int column,
    String role,
    String outcome,
    long askedMicros,
    long firstByteMicros,
    long endedMicros,
    long receivedBytes,
    String detail) {}
