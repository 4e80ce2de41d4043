/** Layer: OpenShift AI with the components that a stack chooses. */
import { componentsOn, operatorsFor } from "../../catalogue/openshiftai/chosenComponents";
import type { OperatorsOf } from "../layer";
import { componentChoice } from "./choice";

export const operators: OperatorsOf = (settings) => [
    "rhods-operator",
    ...operatorsFor(componentsOn(componentChoice(settings)), settings.openshiftAi),
];

export { componentChoice } from "./choice";
export { componentFields, REGISTRIES_NAMESPACE } from "./componentsSpec";
export { Dashboard } from "./dashboard";
export { flagsOf } from "./dashboardFlags";
export { HardwareProfiles, profileOf } from "./hardwareProfiles";
export { Initialization, MONITORING_RECEIVER } from "./initialization";
export { mlflowServer } from "./mlflow";
export { ModelRegistry, REGISTRY_DATABASE } from "./modelRegistry";
export { DataScienceProject, type DataScienceProjectArgs } from "./project";
export { OpenShiftAi } from "./openShiftAi";
export { usagePage } from "./usagePage";
export { type AuthoritySecret, distributes, trustedGateway } from "./trustedGateway";
