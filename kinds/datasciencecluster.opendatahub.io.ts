/** OpenShift AI: which components run. */
import { z } from "zod";

import { dnsLabel, managed, since } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

const component = z.strictObject({ managementState: managed });
const allowed = z.enum(["allow", "deny"]);

/** The components of OpenShift AI. One per cluster. Which setting switches which: catalogue/openshiftai/aiComponents.ts. */
export const DataScienceCluster = defineKind({
    apiVersion: "datasciencecluster.opendatahub.io/v2",
    kind: "DataScienceCluster",
    plural: "datascienceclusters",
    scope: "Cluster",
    operator: "rhods-operator",
    body: z.strictObject({
        spec: z.strictObject({
            components: z.strictObject({
                aigateway: since(
                    "3.5",
                    component.extend({ modelsAsAService: component.optional(), batchGateway: component.optional() }),
                ).optional(),
                aipipelines: component.extend({ argoWorkflowsControllers: component.optional() }).optional(),
                dashboard: component.optional(),
                feastoperator: component.optional(),
                kserve: component
                    .extend({
                        modelsAsService: component.optional(),
                        nim: component.optional(),
                        rawDeploymentServiceConfig: z.enum(["Headless", "Headed"]).optional(),
                        wva: component.optional(),
                    })
                    .optional(),
                // `Managed` passes the API server's schema for other components but the operator refuses it for Kueue.
                kueue: z
                    .strictObject({
                        managementState: z.enum(["Unmanaged", "Removed"]),
                        defaultClusterQueueName: dnsLabel.optional(),
                        defaultLocalQueueName: dnsLabel.optional(),
                    })
                    .optional(),
                llamastackoperator: component.optional(),
                mcplifecycleoperator: since("3.5", component).optional(),
                mlflowoperator: component.optional(),
                modelregistry: component.extend({ registriesNamespace: dnsLabel.optional() }).optional(),
                ogx: since("3.5", component).optional(),
                ray: component.optional(),
                sparkoperator: component.optional(),
                trainer: component.optional(),
                trainingoperator: component.optional(),
                trustyai: component
                    .extend({
                        eval: z
                            .strictObject({ lmeval: z.strictObject({ permitCodeExecution: allowed, permitOnline: allowed }) })
                            .optional(),
                    })
                    .optional(),
                workbenches: component.extend({ workbenchNamespace: dnsLabel.optional() }).optional(),
            }),
        }),
    }),
    names: ["default-dsc"],
    // MaaS waits for its gateway and its database; `Ready` alone would be true without it.
    ready: (body) => {
        const { aigateway, kserve } = (body as DscBody).spec?.components ?? {};
        return [
            condition("Ready"),
            ...(kserve?.modelsAsService?.managementState === "Managed" ? [condition("ModelsAsServiceReady")] : []),
            ...(aigateway?.modelsAsAService?.managementState === "Managed" ? [condition("ModelsAsAServiceReady")] : []),
        ];
    },
    readyWithinMinutes: 30,
    source: "docs/sources/openshift-ai.md#components, docs/sources/maas.md#switch",
});

interface Switch {
    readonly managementState?: string;
}

/** As much of the body as readiness depends on. */
interface DscBody {
    readonly spec?: {
        readonly components?: {
            readonly kserve?: { readonly modelsAsService?: Switch };
            readonly aigateway?: { readonly modelsAsAService?: Switch };
        };
    };
}
