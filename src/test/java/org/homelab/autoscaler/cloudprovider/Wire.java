package org.homelab.autoscaler.cloudprovider;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Messages written by hand, field by field, as another implementation would put them on the wire.
 */
final class Wire {
  private final ByteString.Output bytes = ByteString.newOutput();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  /** Something that is written to a stream. */
  private interface Write {
    void to(CodedOutputStream out) throws IOException;
  }

  private Wire write(Write field) {
    try {
      field.to(out);
      return this;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  Wire text(int number, String value) {
    return write(to -> to.writeString(number, value));
  }

  Wire real(int number, double value) {
    return write(to -> to.writeDouble(number, value));
  }

  Wire truth(int number, boolean value) {
    return write(to -> to.writeBool(number, value));
  }

  Wire int32(int number, int value) {
    return write(to -> to.writeInt32(number, value));
  }

  Wire int64(int number, long value) {
    return write(to -> to.writeInt64(number, value));
  }

  Wire message(int number, Wire value) {
    return bytes(number, value.bytes());
  }

  Wire bytes(int number, ByteString value) {
    return write(to -> to.writeBytes(number, value));
  }

  /** An entry of a map of texts. */
  Wire entry(int number, String key, String value) {
    return message(number, new Wire().text(1, key).text(2, value));
  }

  /** An entry of a map of Kubernetes quantities. */
  Wire quantity(int number, String key, String value) {
    return message(number, new Wire().text(1, key).message(2, new Wire().text(1, value)));
  }

  ByteString bytes() {
    write(CodedOutputStream::flush);
    return bytes.toByteString();
  }
}
