package io.tributary.libp2p.multiformats;

import java.util.Arrays;

/** A protocol of an address together with its value, such as {@code /tcp/4001}. Immutable. */
public final class AddressComponent {
  private final AddressProtocol protocol;
  private final byte[] value;

  private AddressComponent(AddressProtocol protocol, byte[] value) {
    this.protocol = protocol;
    this.value = value;
  }

  /**
   * Makes a component of a protocol that has no value.
   *
   * @throws IllegalArgumentException if it has one
   */
  public static AddressComponent of(AddressProtocol protocol) {
    if (protocol.hasValue()) {
      throw new IllegalArgumentException("protocol " + protocol + " needs a value");
    }
    return new AddressComponent(protocol, new byte[0]);
  }

  /**
   * Makes a component of the text of its value.
   *
   * @throws IllegalArgumentException if the protocol has no value
   * @throws MalformedFormatException if the text is not such a value
   */
  public static AddressComponent of(AddressProtocol protocol, String value) {
    if (!protocol.hasValue()) {
      throw new IllegalArgumentException("protocol " + protocol + " has no value");
    }
    return new AddressComponent(protocol, protocol.value().parse(value));
  }

  static AddressComponent read(ByteCursor in) {
    AddressProtocol protocol = AddressProtocol.ofCode(in.varint());
    int size = protocol.value().sizeBytes();
    byte[] value =
        size == AddressValue.VARIABLE
            ? in.lengthPrefixed("the value of " + protocol, AddressValue.MAX_BYTES)
            : in.take("the value of " + protocol, size);
    protocol.value().check(value);
    return new AddressComponent(protocol, value);
  }

  /** Returns the protocol. */
  public AddressProtocol protocol() {
    return protocol;
  }

  /** Returns the text of the value, empty if the protocol has none. */
  public String value() {
    return protocol.value().format(value);
  }

  /** Returns the bytes of the value, without their length, in a new array. */
  public byte[] valueBytes() {
    return value.clone();
  }

  /**
   * Returns the port of a {@code tcp} or {@code udp} component.
   *
   * @throws IllegalStateException if this is another protocol
   */
  public int port() {
    if (protocol.value() != AddressValue.PORT) {
      throw new IllegalStateException("protocol " + protocol + " has no port");
    }
    return AddressValue.port(value);
  }

  int encodedBytes() {
    int head = Varint.size(protocol.code());
    return protocol.value().sizeBytes() == AddressValue.VARIABLE
        ? head + Varint.size(value.length) + value.length
        : head + value.length;
  }

  int write(byte[] out, int offset) {
    int at = Varint.write(protocol.code(), out, offset);
    if (protocol.value().sizeBytes() == AddressValue.VARIABLE) {
      at = Varint.write(value.length, out, at);
    }
    System.arraycopy(value, 0, out, at, value.length);
    return at + value.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AddressComponent that
        && protocol == that.protocol
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * protocol.hashCode() + Arrays.hashCode(value);
  }

  /** Returns the text, with its slashes. */
  @Override
  public String toString() {
    return protocol.hasValue() ? "/" + protocol + "/" + value() : "/" + protocol;
  }
}
