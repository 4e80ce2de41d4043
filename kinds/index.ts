/** Loads every kind, so that `registeredKinds()` and `registeredPatches()` know them all. */
import "./datasciencecluster.opendatahub.io";
import "./gateway.networking.k8s.io";
import "./kuadrant.io";
import "./maas.opendatahub.io";
import "./machine.openshift.io";
import "./nfd.openshift.io";
import "./nvidia.com";
import "./operator.authorino.kuadrant.io";
import "./operator.openshift.io";
import "./operators.coreos.com";
import "./route.openshift.io";
import "./serving.kserve.io";
import "./user.openshift.io";

export { gatesOf, registeredKinds, registeredPatches, type KindDefinition } from "./kind";
