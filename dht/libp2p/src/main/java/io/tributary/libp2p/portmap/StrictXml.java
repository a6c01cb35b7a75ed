package io.tributary.libp2p.portmap;

import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * XML from a gateway: elements and text. A document type and entities of its own make it malformed;
 * so does being deep or long.
 */
final class StrictXml {

  /** How deep elements may lie in each other. */
  static final int MAX_DEPTH = 32;

  /** How many elements there may be. */
  static final int MAX_ELEMENTS = 4096;

  /** The longest text of one element. */
  static final int MAX_TEXT_CHARS = 4096;

  /** Hears the elements; names are without their prefixes. */
  interface Listener {

    /** An element begins. */
    default void onBegin(String name) throws GatewayException {}

    /**
     * An element ends.
     *
     * @param parent the element around it; empty at the root
     * @param text all of its own text, without the space around it
     */
    void onEnd(String parent, String name, String text) throws GatewayException;
  }

  private record Open(String name, StringBuilder text) {}

  private StrictXml() {}

  static void read(byte[] document, Listener listener) throws GatewayException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    try {
      read(factory.createXMLStreamReader(new ByteArrayInputStream(document)), listener);
    } catch (XMLStreamException e) {
      throw new GatewayException(Reason.MALFORMED, e);
    } catch (RuntimeException e) {
      // The parser of the JDK throws some of these for bytes that are no characters.
      throw new GatewayException(Reason.MALFORMED, e);
    }
  }

  private static void read(XMLStreamReader in, Listener listener)
      throws XMLStreamException, GatewayException {
    Deque<Open> open = new ArrayDeque<>();
    int elements = 0;
    while (in.hasNext()) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          elements++;
          if (open.size() == MAX_DEPTH || elements > MAX_ELEMENTS) {
            throw malformed("too deep or too long");
          }
          open.push(new Open(in.getLocalName(), new StringBuilder()));
          listener.onBegin(in.getLocalName());
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          Open inner = open.peek();
          if (inner != null) {
            if (inner.text().length() + in.getTextLength() > MAX_TEXT_CHARS) {
              throw malformed("a text is too long");
            }
            inner.text().append(in.getText());
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          Open ended = open.pop();
          Open parent = open.peek();
          listener.onEnd(
              parent == null ? "" : parent.name(), ended.name(), ended.text().toString().trim());
        }
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw malformed("a document type, or an entity");
        default -> {
          // Comments, instructions and space say nothing.
        }
      }
    }
  }

  private static GatewayException malformed(String detail) {
    return new GatewayException(Reason.MALFORMED, detail);
  }
}
