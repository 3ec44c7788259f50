package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusPatchTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'a':1}               | {'a':1}               | {}",
        "{'a':1}               | {'a':2}               | {'a':2}",
        "{}                    | {'a':{'b':1}}         | {'a':{'b':1}}",
        "{'a':1,'b':2}         | {'b':2}               | {'a':null}",
        "{'a':{'b':1,'c':2}}   | {'a':{'b':1,'c':3}}   | {'a':{'c':3}}",
        "{'a':{'b':1,'c':2}}   | {'a':{'b':1}}         | {'a':{'c':null}}",
        "{'a':[1,2]}           | {'a':[2]}             | {'a':[2]}",
        "{'a':{'b':1}}         | {'a':'text'}          | {'a':'text'}"
      })
  void onlyWhatDiffersIsSent(String before, String after, String patch)
      throws JsonProcessingException {
    assertThat(StatusPatch.differences(tree(before), tree(after))).isEqualTo(tree(patch));
  }

  private static com.fasterxml.jackson.databind.JsonNode tree(String text)
      throws JsonProcessingException {
    return JSON.readTree(text.replace('\'', '"'));
  }
}
