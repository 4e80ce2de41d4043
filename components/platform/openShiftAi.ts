/** OpenShift AI among what it needs and what hangs on it. */
import { Namespace } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { shapeOf } from "../../catalogue/gpu/shape";
import { componentsOn, monitoringOperators } from "../../catalogue/openshiftai/chosenComponents";
import { APPLICATIONS_NAMESPACE } from "../../catalogue/openshiftai/names";
import { JobSetOperator } from "../../kinds/operator.openshift.io";
import { Queues } from "../addons";
import type { MaasGateway } from "../gateway";
import * as layer from "../openshiftai";
import { exporterImage } from "./exporters";
import type { Stage } from "./stage";

/** OpenShift AI as models see it. */
export interface OpenShiftAi {
    /** Its components. */
    readonly components: pulumi.Resource;
    /** The hardware profiles of the pools, before which a model that names one is refused; undefined without. */
    readonly profiles: layer.HardwareProfiles | undefined;
}

/**
 * OpenShift AI with its components, what these need before they are switched on, and what hangs on them.
 *
 * @param before what must be there before the components, beside what they need themselves
 * @param gateway that of the MaaS API, whose certificate the dashboard verifies; undefined without tiers
 */
export function openShiftAi(
    stage: Stage,
    applications: Namespace,
    before: readonly pulumi.Resource[],
    gateway: MaasGateway | undefined,
): OpenShiftAi {
    const { settings, cluster, records, operators, after } = stage;
    const { release, openshiftAi: ai, kueue } = settings;
    const pools = settings.gpu.pools.map((pool) => shapeOf(pool, cluster.zones));
    const choice = layer.componentChoice(settings);
    const on = componentsOn(choice);
    const rhods = operators("rhods-operator");
    // A dependency that is missing when a component is switched on keeps it, and with it all of OpenShift AI, from becoming ready.
    const needed = [...before];
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
          [new Namespace("registries", { metadata: { name: layer.REGISTRIES_NAMESPACE } }, { parent: after().parent })]
        : [];
    const signedBy = layer.distributes(ai.trustedCa) ? gateway?.signedBy : undefined;
    if (signedBy !== undefined) {
        needed.push(
            layer.trustedGateway(
                "openshift-ai-trusts-gateway",
                { secret: signedBy, namespace: APPLICATIONS_NAMESPACE, certificates: ai.trustedCa?.certificates },
                after(records, rhods, applications, gateway!),
            ),
        );
    }
    // Where the gate adds an authority, it writes the certificates of the settings too: the field has one owner.
    const trustedCa = signedBy === undefined ? ai.trustedCa : undefined;
    if (ai.monitoring !== undefined || trustedCa !== undefined) {
        new layer.Initialization(
            "openshift-ai-initialization",
            { monitoring: ai.monitoring, trustedCa },
            // Monitoring whose operators are missing when it is asked for is skipped, without an error.
            after(records, rhods, ...monitoringOperators(ai.monitoring).map(operators)),
        );
    }
    const components = new layer.OpenShiftAi(
        "openshift-ai",
        { release, components: on, fields: layer.componentFields(on, ai, choice.queue) },
        after(rhods, ...needed, ...registries, ...(on.has("pipelines") ? [records] : [])),
    );
    const profiles = ai.hardwareProfiles
        ? new layer.HardwareProfiles(
              "hardware-profile",
              { namespace: APPLICATIONS_NAMESPACE, pools, queue: kueue?.queue },
              after(rhods, applications),
          )
        : undefined;
    parts(stage, components, registries);
    projects(stage, components);
    return { components, profiles };
}

/** Data science projects. */
function projects({ settings, cluster, after }: Stage, components: layer.OpenShiftAi): void {
    for (const project of settings.openshiftAi.projects) {
        const { region, infrastructureName } = cluster;
        new layer.DataScienceProject(
            `project-${project.name}`,
            { project, region, infrastructureName, protect: settings.protectData, after: [components] },
            after(),
        );
    }
}

/** The parts that run within OpenShift AI. */
function parts(
    { settings: { release, openshiftAi: ai, ...settings }, records, after }: Stage,
    components: layer.OpenShiftAi,
    registries: readonly pulumi.Resource[],
): void {
    if (ai.dashboard !== undefined) {
        const on = componentsOn(layer.componentChoice({ release, openshiftAi: ai, ...settings }));
        new layer.Dashboard(
            "dashboard",
            { namespace: APPLICATIONS_NAMESPACE, flags: layer.flagsOf(release, on, ai) },
            after(records, components),
        );
    }
    if (ai.mlflow !== undefined) {
        layer.mlflowServer("mlflow", { ...ai.mlflow, protect: settings.protectData }, after(components));
    }
    if (ai.modelRegistry !== undefined) {
        const { name, displayName = name, database } = ai.modelRegistry;
        new layer.ModelRegistry(
            "model-registry",
            {
                registry: name,
                displayName,
                namespace: layer.REGISTRIES_NAMESPACE,
                ...database,
                exporter: exporterImage(settings),
                protect: settings.protectData,
                after: [components, ...registries],
            },
            after(),
        );
    }
}
