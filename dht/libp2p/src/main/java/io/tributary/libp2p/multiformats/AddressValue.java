package io.tributary.libp2p.multiformats;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_CHARACTER;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** The form of what follows a protocol in an address: its bytes, its text, and what is allowed. */
enum AddressValue {
  /** Nothing. */
  NONE(0) {
    @Override
    byte[] parse(String text) {
      throw new IllegalStateException("a protocol without a value has no text to parse");
    }

    @Override
    String format(byte[] value) {
      return "";
    }
  },

  /** Four bytes; four decimal numbers without leading zeros, which some readers take as octal. */
  IP4(4) {
    @Override
    byte[] parse(String text) {
      byte[] value = new byte[4];
      int at = 0;
      for (int i = 0; i < 4; i++) {
        int end = i < 3 ? text.indexOf('.', at) : text.length();
        if (end < 0) {
          throw bad("an IPv4 address", text);
        }
        value[i] = (byte) decimal(text, at, end, 255, "an IPv4 address");
        at = end + 1;
      }
      return value;
    }

    @Override
    String format(byte[] value) {
      return NetUtil.bytesToIpAddress(value);
    }
  },

  /** Sixteen bytes; the text of RFC 5952. */
  IP6(16) {
    @Override
    byte[] parse(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c > 'f' || (c != ':' && c != '.' && Character.digit(c, 16) < 0)) {
          throw bad("an IPv6 address", text); // above all brackets and zones
        }
      }
      byte[] value =
          text.indexOf(':') < 0
              ? null
              : NetUtil.createByteArrayFromIpAddressString(withoutDottedEnd(text));
      if (value == null || value.length != 16) {
        throw bad("an IPv6 address", text);
      }
      return value;
    }

    /** Writes an IPv4 address at the end as two groups, by our own strict reading of it. */
    private String withoutDottedEnd(String text) {
      if (text.indexOf('.') < 0) {
        return text;
      }
      int from = text.lastIndexOf(':') + 1;
      byte[] end = IP4.parse(text.substring(from));
      return text.substring(0, from)
          + Integer.toHexString(port(end))
          + ":"
          + Integer.toHexString((end[2] & 0xff) << 8 | (end[3] & 0xff));
    }

    @Override
    String format(byte[] value) {
      try {
        // Not InetAddress.getByAddress, which makes an IPv4 address of a mapped one.
        return NetUtil.toAddressString(Inet6Address.getByAddress(null, value, -1), true);
      } catch (UnknownHostException e) {
        throw new IllegalStateException("16 bytes are an IPv6 address", e);
      }
    }
  },

  /** Two bytes, big-endian; a decimal number without leading zeros. */
  PORT(2) {
    @Override
    byte[] parse(String text) {
      int port = decimal(text, 0, text.length(), 0xffff, "a port");
      return new byte[] {(byte) (port >>> 8), (byte) port};
    }

    @Override
    String format(byte[] value) {
      return Integer.toString(port(value));
    }
  },

  /** A host name of letters, digits, hyphens and underscores, with or without a final dot. */
  HOST_NAME {
    @Override
    byte[] parse(String text) {
      int labelStart = 0;
      for (int i = 0; i <= text.length(); i++) {
        if (i < text.length() && text.charAt(i) != '.') {
          if (!isHostNameCharacter(text.charAt(i))) {
            throw new MalformedFormatException(
                BAD_CHARACTER, "character " + i + " cannot be in a host name");
          }
          continue;
        }
        int labelChars = i - labelStart;
        boolean finalDot = labelChars == 0 && i == text.length() && i > 0;
        if (labelChars > 63 || (labelChars == 0 && !finalDot)) {
          throw bad("a host name", text);
        }
        labelStart = i + 1;
      }
      if (text.length() > 254 || (text.length() == 254 && !text.endsWith("."))) {
        throw bad("a host name", text);
      }
      return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    String format(byte[] value) {
      return ascii(value);
    }
  },

  /** The name or number of a network interface. */
  ZONE {
    @Override
    byte[] parse(String text) {
      return printable(text, 64, "a zone");
    }

    @Override
    String format(byte[] value) {
      return ascii(value);
    }
  },

  /** The multihash of a peer; either text of a peer id. */
  PEER_ID {
    @Override
    byte[] parse(String text) {
      return PeerId.parse(text).toBytes();
    }

    @Override
    String format(byte[] value) {
      return PeerId.decode(value).toString();
    }

    @Override
    void check(byte[] value) {
      PeerId.decode(value);
    }
  },

  /** A multihash; a multibase text, written in base64url. */
  CERTIFICATE_HASH {
    @Override
    byte[] parse(String text) {
      return Multihash.decode(Multibase.decode(text)).toBytes();
    }

    @Override
    String format(byte[] value) {
      return Multibase.BASE64_URL.encode(value);
    }

    @Override
    void check(byte[] value) {
      Multihash.decode(value);
    }
  },

  /** Printable ASCII without a slash. */
  TEXT {
    @Override
    byte[] parse(String text) {
      return printable(text, 64, "a name");
    }

    @Override
    String format(byte[] value) {
      return ascii(value);
    }
  };

  /** The size of values that have a length in front of them. */
  static final int VARIABLE = -1;

  /** The longest value: a host name with its final dot. */
  static final int MAX_BYTES = 254;

  private final int sizeBytes;

  AddressValue() {
    this(VARIABLE);
  }

  AddressValue(int sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /** Returns the number of bytes, or {@link #VARIABLE}. */
  int sizeBytes() {
    return sizeBytes;
  }

  /** Returns the bytes of a text, or throws {@link MalformedFormatException}. */
  abstract byte[] parse(String text);

  /** Returns the text of bytes that have been checked. */
  abstract String format(byte[] value);

  /** Requires that bytes from a peer are what this value allows. */
  void check(byte[] value) {
    if (sizeBytes == VARIABLE) {
      parse(format(value));
    }
  }

  static int port(byte[] value) {
    return (value[0] & 0xff) << 8 | (value[1] & 0xff);
  }

  private static boolean isHostNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  private static int decimal(String text, int from, int to, int max, String what) {
    int number = 0;
    boolean leadingZero = to - from > 1 && text.charAt(from) == '0';
    if (to <= from || leadingZero) {
      throw bad(what, text);
    }
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        throw bad(what, text);
      }
      number = number * 10 + (c - '0');
      if (number > max) {
        throw bad(what, text);
      }
    }
    return number;
  }

  private static byte[] printable(String text, int maxChars, String what) {
    if (text.isEmpty() || text.length() > maxChars) {
      throw bad(what, text);
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '/') {
        throw new MalformedFormatException(
            BAD_CHARACTER, "character " + i + " cannot be in " + what);
      }
    }
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Latin-1, so that a byte above 127 stays a character that no value allows. */
  private static String ascii(byte[] value) {
    return new String(value, StandardCharsets.ISO_8859_1);
  }

  private static MalformedFormatException bad(String what, String text) {
    return new MalformedFormatException(
        BAD_VALUE, MalformedFormatException.quote(text) + " is not " + what);
  }
}
