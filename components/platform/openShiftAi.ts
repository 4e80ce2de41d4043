/** OpenShift AI among what it needs and what hangs on it. */
import { Namespace } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { JobSetOperator } from "../../kinds/operator.openshift.io";
import type { Settings } from "../../stacks/schema";
import { Queues } from "../addons/queues";
import type { OperatorPackage } from "../../catalogue/operators";
import type { Operator } from "../operators/operator";
import type { PoolShape } from "../../catalogue/gpu/poolShape";
import { componentsOn, monitoringOperators } from "../../catalogue/openshiftai/chosenComponents";
import { componentFields, REGISTRIES_NAMESPACE } from "../openshiftai/componentsSpec";
import { Dashboard } from "../openshiftai/dashboard";
import { flagsOf } from "../openshiftai/dashboardFlags";
import { HardwareProfiles } from "../openshiftai/hardwareProfiles";
import { Initialization } from "../openshiftai/initialization";
import { mlflowServer } from "../openshiftai/mlflow";
import { ModelRegistry } from "../openshiftai/modelRegistry";
import { APPLICATIONS_NAMESPACE } from "../../catalogue/openshiftai/names";
import { OpenShiftAi } from "../openshiftai/openShiftAi";
import { componentChoice } from "./operators";

/** OpenShift AI with its components, what these need before they are switched on, and what hangs on them. */
export function openShiftAiWithParts(
    parent: pulumi.ComponentResource,
    settings: Settings,
    pools: readonly PoolShape[],
    operators: (operator: OperatorPackage) => Operator,
    before: { records: pulumi.Resource; applications: pulumi.Resource; components: readonly pulumi.Resource[] },
): OpenShiftAi {
    const after = (...dependsOn: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent, dependsOn });
    const { release, openshiftAi: ai, kueue } = settings;
    const choice = componentChoice(settings);
    const on = componentsOn(choice);
    const rhods = operators("rhods-operator");
    // What is missing when a component is switched on keeps it, and with it all of OpenShift AI, from becoming ready.
    const needed = [...before.components];
    if (on.has("trainer")) {
        needed.push(
            new JobSetOperator(
                "job-set",
                { metadata: { name: "cluster" }, spec: { managementState: "Managed" } },
                after(operators("job-set")),
            ),
        );
    }
    if (kueue !== undefined) {
        needed.push(new Queues("queues", { ...kueue, pools }, after(operators("kueue-operator"))));
    }
    const registries = on.has("modelRegistry")
        ? // The component makes it itself otherwise, and leaves it.
          [new Namespace("registries", { metadata: { name: REGISTRIES_NAMESPACE } }, { parent })]
        : [];
    if (ai.monitoring !== undefined || ai.trustedCa !== undefined) {
        new Initialization(
            "openshift-ai-initialization",
            { monitoring: ai.monitoring, trustedCa: ai.trustedCa },
            // Monitoring whose operators are missing when it is asked for is skipped, without an error.
            after(before.records, rhods, ...monitoringOperators(ai.monitoring).map(operators)),
        );
    }
    const openShiftAi = new OpenShiftAi(
        "openshift-ai",
        { release, components: on, fields: componentFields(on, ai, choice.queue) },
        after(rhods, ...needed, ...registries, ...(on.has("pipelines") ? [before.records] : [])),
    );
    if (ai.hardwareProfiles) {
        new HardwareProfiles(
            "hardware-profile",
            { namespace: APPLICATIONS_NAMESPACE, pools, queue: kueue?.queue },
            after(rhods, before.applications),
        );
    }
    if (ai.dashboard !== undefined) {
        new Dashboard(
            "dashboard",
            { namespace: APPLICATIONS_NAMESPACE, flags: flagsOf(on, ai) },
            after(before.records, openShiftAi),
        );
    }
    if (ai.mlflow !== undefined) {
        mlflowServer("mlflow", ai.mlflow, after(openShiftAi));
    }
    if (ai.modelRegistry !== undefined) {
        const { name, displayName = name, database } = ai.modelRegistry;
        new ModelRegistry(
            "model-registry",
            {
                registry: name,
                displayName,
                namespace: REGISTRIES_NAMESPACE,
                ...database,
                after: [openShiftAi, ...registries],
            },
            after(),
        );
    }
    return openShiftAi;
}
