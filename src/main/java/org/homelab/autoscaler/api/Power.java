package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.fleet.Durations;

/**
 * How a machine is switched without pod specs: by a recipe, a kind of device that the operator
 * speaks the language of. On a Group it is the default of its members.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Power(
    @JsonPropertyDescription(
            "Recipe that switches the machine, such as wake-on-lan, wol-ssh or redfish; the group's"
                + " when absent.")
        @Size(max = 63)
        @ValidationRule(value = Rules.RECIPE, message = Rules.RECIPE_HELP)
        String recipe,
    @JsonPropertyDescription(
            "Parameters of the recipe, all in quotes, such as mac: \"52:54:00:5e:1a:01\"; they add"
                + " to those of the group, which holds where one is absent.")
        @Size(max = 32)
        @ValidationRule(value = Rules.PARAMETER_NAMES, message = Rules.PARAMETER_NAMES_HELP)
        @ValidationRule(value = Rules.MAC, message = Rules.MAC_HELP, fieldPath = ".mac")
        Map<String, @Size(max = 4096) String> parameters,
    @JsonPropertyDescription(
            "Secret in the operator's namespace whose entries are the recipe's passwords, tokens"
                + " and keys, each under the name of its parameter.")
        SecretRef secretRef,
    @JsonPropertyDescription(
            "Whether power may be cut without the machine having shut down, once it is drained:"
                + " never or afterDrain; never when absent.")
        @Size(max = 16)
        @ValidationRule(
            value = "self in ['never', 'afterDrain']",
            message = "write never or afterDrain")
        String cutPower,
    @JsonPropertyDescription(
            "Recipes to power off with, one after the other, when the one before has not worked in"
                + " time.")
        @Size(max = Power.MOST_FALLBACKS)
        List<Fallback> fallback,
    @JsonPropertyDescription(
            "Recipes to power on with, one after the other, when the one before has not worked in"
                + " time; their power-on must do nothing to a machine that is on.")
        @Size(max = Power.MOST_FALLBACKS)
        List<Fallback> onFallback,
    @JsonPropertyDescription(
            "What the machine draws, in watts, where no device of its recipe measures it; with or"
                + " without a recipe.")
        Watts watts) {
  /** Recipes that one may be followed by. */
  static final int MOST_FALLBACKS = 4;

  /** What a machine draws, in watts. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Watts(
      @JsonPropertyDescription("When it is on and has nothing to do, such as 18.") @Required @Min(0)
          Double idle,
      @JsonPropertyDescription("When pods request all of its CPU, such as 65; idle when absent.")
          @Min(0)
          Double busy,
      @JsonPropertyDescription("When it is off, such as 1.5; 0 when absent.") @Min(0) Double off) {}

  /** A Secret by its name. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SecretRef(
      @JsonPropertyDescription("Name of the Secret.")
          @Required
          @Size(max = Rules.NAME_LENGTH)
          @ValidationRule(value = Rules.NAME, message = Rules.NAME_HELP)
          String name) {}

  /** The next thing to try. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Fallback(
      @JsonPropertyDescription("Recipe whose command is given, such as redfish.")
          @Required
          @Size(max = 63)
          @ValidationRule(value = Rules.RECIPE, message = Rules.RECIPE_HELP)
          String recipe,
      @JsonPropertyDescription("How long the command before has to work, such as 2m.")
          @Required
          @Size(max = Durations.MAX_LENGTH)
          @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
          String after,
      @JsonPropertyDescription(
              "Parameters of the recipe; with the same recipe as the machine's they add to its"
                  + " own.")
          @Size(max = 32)
          @ValidationRule(value = Rules.PARAMETER_NAMES, message = Rules.PARAMETER_NAMES_HELP)
          @ValidationRule(value = Rules.MAC, message = Rules.MAC_HELP, fieldPath = ".mac")
          Map<String, @Size(max = 4096) String> parameters,
      @JsonPropertyDescription(
              "Secret of the recipe; with the same recipe as the machine's its own when absent.")
          SecretRef secretRef) {}
}
