package io.tributary.launcher;

import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a multiaddr from the command line. */
final class AddressConverter implements ITypeConverter<Multiaddr> {
  @Override
  public Multiaddr convert(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (MalformedFormatException e) {
      throw new TypeConversionException("'" + text + "' is no multiaddr: " + e.getMessage());
    }
  }
}
