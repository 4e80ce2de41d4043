import { createHash } from "node:crypto";

import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1";
import * as pulumi from "@pulumi/pulumi";

import { type DashboardFlag, OdhDashboardConfigPatch } from "../../kinds/opendatahub.io";
import { gate } from "../gate";

const NAME = "odh-dashboard-config";
const MADE_MINUTES = 10;

/** Which switches of the dashboard are set. */
export interface DashboardArgs {
    /** Namespace of OpenShift AI's components. */
    readonly namespace: string;
    readonly flags: Readonly<Partial<Record<DashboardFlag, boolean>>>;
}

/**
 * Switches of the dashboard. The dashboard makes the object that holds them; only these are patched, and they stay when
 * the stack goes. The dashboard reads them when it starts, so it is rolled out anew when they change.
 * Source: docs/sources/openshift-ai.md#dashboard.
 */
export class Dashboard extends pulumi.ComponentResource {
    constructor(name: string, { namespace, flags }: DashboardArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:serving:Dashboard", name, {}, opts);
        const made = gate(
            `${name}-config-made`,
            {
                kind: "object-exists",
                until: `OdhDashboardConfig ${NAME} is made by the dashboard`,
                record: { object: `OdhDashboardConfig ${namespace}/${NAME}` },
                check: async (kube) => {
                    const found = await kube.until(
                        { apiVersion: "opendatahub.io/v1alpha", plural: "odhdashboardconfigs", namespace },
                        NAME,
                        (object) => (object === undefined ? undefined : true),
                        (await kube.now()) + MADE_MINUTES * 60_000,
                    );
                    if (found === undefined) {
                        throw new Error(
                            `OdhDashboardConfig ${namespace}/${NAME} did not appear within ${MADE_MINUTES} minutes: the component dashboard makes it`,
                        );
                    }
                },
            },
            { parent: this },
        );
        const config = new OdhDashboardConfigPatch(
            `${name}-config`,
            {
                // The dashboard wrote switches of its own when it made the object.
                metadata: { name: NAME, namespace, annotations: { "pulumi.com/patchForce": "true" } },
                spec: { dashboardConfig: { ...flags } },
            },
            { parent: this, dependsOn: [made], retainOnDelete: true },
        );
        new DeploymentPatch(
            `${name}-restarted`,
            {
                metadata: { name: "rhods-dashboard", namespace },
                spec: {
                    template: {
                        metadata: {
                            annotations: {
                                "maas-platform.io/dashboard-flags": createHash("sha256")
                                    .update(JSON.stringify(Object.entries(flags).sort()))
                                    .digest("hex")
                                    .slice(0, 16),
                            },
                        },
                    },
                },
            },
            { parent: this, dependsOn: [config], retainOnDelete: true },
        );
        this.registerOutputs({});
    }
}
