/** The switches of OpenShift AI's components, as a DataScienceCluster has them. Pure. */
import type { z } from "zod";

import { type AiComponent, aiComponents, fieldOf } from "../../catalogue/openshiftai/aiComponents";
import type { ComponentChoice } from "../../catalogue/openshiftai/chosenComponents";
import type { Release } from "../../catalogue/releases";
import type { DataScienceCluster } from "../../kinds/datasciencecluster.opendatahub.io";
import type { OpenShiftAiSettings } from "../../stacks/schema";

/** Namespace of model registries. It cannot be changed while they are managed. */
export const REGISTRIES_NAMESPACE = "rhoai-model-registries";

/** `spec.components` of a DataScienceCluster. */
export type ComponentsSpec = z.input<typeof DataScienceCluster.definition.body>["spec"]["components"];

/** Fields of a component beside its switch. */
export type ComponentFields = Partial<Record<AiComponent, Readonly<Record<string, unknown>>>>;

/**
 * The switches of a release: what is on, and what is off where that is worth saying.
 *
 * @param fields further fields of components, by component
 */
export function componentsSpec(release: Release, on: ReadonlySet<AiComponent>, fields: ComponentFields = {}): ComponentsSpec {
    const spec: Record<string, Record<string, unknown>> = {};
    for (const component of Object.keys(aiComponents).sort() as AiComponent[]) {
        const path = fieldOf(release, component);
        const { explicit } = aiComponents[component];
        if (path === undefined || (!on.has(component) && explicit !== true)) {
            continue;
        }
        const [parent, child] = path.split(".") as [string, string?];
        if (child !== undefined && spec[parent] === undefined) {
            continue; // a part of what is not switched on
        }
        const managementState = on.has(component) ? (component === "kueue" ? "Unmanaged" : "Managed") : "Removed";
        const state = { managementState, ...fields[component] };
        spec[parent] = child === undefined ? { ...spec[parent], ...state } : { ...spec[parent], [child]: state };
    }
    return spec as unknown as ComponentsSpec;
}

/** What the switches carry beside their state. */
export function componentFields(
    on: ReadonlySet<AiComponent>,
    { components: { trustyai } }: OpenShiftAiSettings,
    queue: ComponentChoice["queue"],
): ComponentFields {
    const permit = (allowed: boolean): string => (allowed ? "allow" : "deny");
    return {
        kserve: { rawDeploymentServiceConfig: "Headless" },
        workbenches: { workbenchNamespace: "rhods-notebooks" },
        ...(on.has("modelRegistry") && { modelRegistry: { registriesNamespace: REGISTRIES_NAMESPACE } }),
        ...(on.has("pipelines") && { pipelines: { argoWorkflowsControllers: { managementState: "Managed" } } }),
        ...(queue !== undefined && { kueue: { defaultClusterQueueName: queue, defaultLocalQueueName: queue } }),
        ...(typeof trustyai === "object" && {
            trustyai: {
                eval: {
                    lmeval: {
                        permitCodeExecution: permit(trustyai.permitCodeExecution),
                        permitOnline: permit(trustyai.permitOnline),
                    },
                },
            },
        }),
    };
}
