/** The components of OpenShift AI in a DataScienceCluster. Pure. */
import type { z } from "zod";

import { type AiComponent, aiComponents, fieldOf } from "../../catalogue/openshiftai/aiComponents";
import type { ComponentChoice } from "../../catalogue/openshiftai/chosenComponents";
import type { Release } from "../../catalogue/releases";
import type { DataScienceCluster } from "../../kinds/datasciencecluster.opendatahub.io";
import type { OpenShiftAiSettings } from "../../stacks/schema";

/** Namespace of model registries. It is immutable while their component is managed. */
export const REGISTRIES_NAMESPACE = "rhoai-model-registries";

/** `spec.components` of a DataScienceCluster. */
export type ComponentsSpec = z.input<typeof DataScienceCluster.definition.body>["spec"]["components"];

/** Fields of components beside `managementState`. */
export type ComponentFields = Partial<Record<AiComponent, Readonly<Record<string, unknown>>>>;

/**
 * `spec.components` of a release: components that run are Managed, and those whose default may differ are Removed.
 *
 * @param on components that run
 * @param fields further fields, by component
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
            continue; // its parent component does not run
        }
        const managementState = on.has(component) ? (component === "kueue" ? "Unmanaged" : "Managed") : "Removed";
        const state = { managementState, ...fields[component] };
        spec[parent] = child === undefined ? { ...spec[parent], ...state } : { ...spec[parent], [child]: state };
    }
    return spec as unknown as ComponentsSpec;
}

/** Fields of components beside `managementState`, as the settings give them. */
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
