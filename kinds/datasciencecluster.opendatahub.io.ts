/** OpenShift AI: which components run. */
import { z } from "zod";

import { dnsLabel, managed } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

const component = z.strictObject({ managementState: managed });

/** The components of OpenShift AI 3.4. One per cluster. */
export const DataScienceCluster = defineKind({
    apiVersion: "datasciencecluster.opendatahub.io/v2",
    kind: "DataScienceCluster",
    plural: "datascienceclusters",
    scope: "Cluster",
    operator: "rhods-operator",
    body: z.strictObject({
        spec: z.strictObject({
            components: z.strictObject({
                aipipelines: component.optional(),
                dashboard: component.optional(),
                feastoperator: component.optional(),
                kserve: component
                    .extend({
                        modelsAsService: component.optional(),
                        nim: component.optional(),
                        rawDeploymentServiceConfig: z.enum(["Headless", "Headed"]).optional(),
                    })
                    .optional(),
                // `Managed` passes the API server's schema for other components but the operator refuses it for Kueue.
                kueue: z.strictObject({ managementState: z.enum(["Unmanaged", "Removed"]) }).optional(),
                llamastackoperator: component.optional(),
                mlflowoperator: component.optional(),
                modelregistry: component.extend({ registriesNamespace: dnsLabel.optional() }).optional(),
                ray: component.optional(),
                trainingoperator: component.optional(),
                trustyai: component.optional(),
                workbenches: component.extend({ workbenchNamespace: dnsLabel.optional() }).optional(),
            }),
        }),
    }),
    names: ["default-dsc"],
    // MaaS waits for its gateway and its database; `Ready` alone would be true without it.
    ready: (body) => {
        const kserve = (body as { spec?: { components?: { kserve?: { modelsAsService?: { managementState?: string } } } } }).spec
            ?.components?.kserve;
        return [
            condition("Ready"),
            ...(kserve?.modelsAsService?.managementState === "Managed" ? [condition("ModelsAsServiceReady")] : []),
        ];
    },
    readyWithinMinutes: 30,
    source: "facts/platform.md 7.7, facts/maas.md 9.2",
});
