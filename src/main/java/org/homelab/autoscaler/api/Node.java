package org.homelab.autoscaler.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** One physical machine: what it is called in Kubernetes and how to switch it on and off. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Kind("Node")
@Plural("nodes")
@Singular("node")
@Categories("homelab")
@ShortNames("hln")
@ValidationRule(
    value =
        "!has(self.status) || !has(self.status.operation)"
            + " || self.status.operation.type != 'shutdown'"
            + " || self.spec.kubernetesNodeName == oldSelf.spec.kubernetesNodeName",
    message =
        "leave it as it is while a power-off is under way; set powerState to on to stop that, or wait"
            + " until it is over",
    fieldPath = ".spec.kubernetesNodeName")
@AdditionalPrinterColumn(name = "Desired", jsonPath = ".spec.powerState", type = Type.STRING)
@AdditionalPrinterColumn(name = "Power", jsonPath = ".status.powerState", type = Type.STRING)
@AdditionalPrinterColumn(name = "Progress", jsonPath = ".status.progress", type = Type.STRING)
@AdditionalPrinterColumn(name = "Group", jsonPath = ".status.group", type = Type.STRING)
@AdditionalPrinterColumn(
    name = "Kubernetes-Node",
    jsonPath = ".spec.kubernetesNodeName",
    type = Type.STRING)
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.reason", type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
public class Node extends CustomResource<NodeSpec, NodeStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;
}
