package org.homelab.autoscaler.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** The policy for a set of machines that the Cluster Autoscaler scales together. */
@io.fabric8.kubernetes.model.annotation.Group(Api.GROUP)
@Version(Api.VERSION)
@Kind("Group")
@Plural("groups")
@Singular("group")
@Categories("homelab")
@ShortNames("hlg")
@AdditionalPrinterColumn(name = "Min", jsonPath = ".status.minSize", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Max", jsonPath = ".status.maxSize", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Target", jsonPath = ".status.targetSize", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.counts.ready", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Health", jsonPath = ".status.health", type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
public class Group extends CustomResource<GroupSpec, GroupStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;

  @Override
  protected GroupSpec initSpec() {
    return GroupSpec.EMPTY;
  }
}
