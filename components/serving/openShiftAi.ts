import * as pulumi from "@pulumi/pulumi";

import { DataScienceCluster } from "../../kinds/datasciencecluster.opendatahub.io";

/** The namespace of OpenShift AI's components. */
export const APPLICATIONS_NAMESPACE = "redhat-ods-applications";

/** What of OpenShift AI is switched on. */
export interface OpenShiftAiArgs {
    /** Models-as-a-Service. Its gateway and its database must be there first. */
    readonly modelsAsService: boolean;
}

/**
 * OpenShift AI with the components of the platform. Ready when all of them are, Models-as-a-Service included; that one
 * needs its gateway and its database first.
 * Source: facts/platform.md 7.7, facts/maas.md 9.2.
 */
export class OpenShiftAi extends pulumi.ComponentResource {
    constructor(name: string, { modelsAsService }: OpenShiftAiArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:serving:OpenShiftAi", name, {}, opts);
        const on = { managementState: "Managed" } as const;
        const off = { managementState: "Removed" } as const;
        new DataScienceCluster(
            `${name}-components`,
            {
                metadata: { name: "default-dsc" },
                spec: {
                    components: {
                        aipipelines: off,
                        dashboard: on,
                        feastoperator: off,
                        kserve: {
                            ...on,
                            rawDeploymentServiceConfig: "Headless",
                            nim: off,
                            modelsAsService: modelsAsService ? on : off,
                        },
                        kueue: off,
                        llamastackoperator: off,
                        mlflowoperator: off,
                        modelregistry: off,
                        ray: off,
                        trainingoperator: off,
                        trustyai: off,
                        workbenches: { ...off, workbenchNamespace: "rhods-notebooks" },
                    },
                },
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
