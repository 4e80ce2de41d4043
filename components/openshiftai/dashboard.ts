import { createHash } from "node:crypto";

import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1";
import * as pulumi from "@pulumi/pulumi";

import { type DashboardFlag, OdhDashboardConfigPatch } from "../../kinds/opendatahub.io";
import { describedBy } from "../component";
import { objectExists } from "../objectExists";

const NAME = "odh-dashboard-config";

/** Arguments of {@link Dashboard}. */
export interface DashboardArgs {
    /** Namespace of OpenShift AI's components. Plain: a gate looks for the dashboard's configuration in it. */
    readonly namespace: string;
    /** Values of flags. Plain: the pods are restarted when they change. */
    readonly flags: Readonly<Partial<Record<DashboardFlag, boolean>>>;
}

/**
 * Flags of the dashboard. The dashboard creates the object that holds them; only these flags are patched, and they remain when
 * the stack is destroyed. The dashboard reads them when it starts, so its Deployment is rolled out again when they change.
 * Source: docs/sources/openshift-ai.md#dashboard.
 */
export class Dashboard extends pulumi.ComponentResource {
    /** Name of the OdhDashboardConfig. */
    public readonly config: pulumi.Output<string>;

    constructor(name: string, args: DashboardArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:serving:Dashboard", name, describedBy(args), opts);
        const { namespace, flags } = args;
        const exists = objectExists(
            `${name}-config-made`,
            {
                apiVersion: "opendatahub.io/v1alpha",
                kind: "OdhDashboardConfig",
                plural: "odhdashboardconfigs",
                name: NAME,
                namespace,
                until: `OdhDashboardConfig ${NAME} is made by the dashboard`,
                minutes: 10,
                hint: "the component dashboard creates it",
            },
            { parent: this },
        );
        const config = new OdhDashboardConfigPatch(
            `${name}-config`,
            {
                // The dashboard owns the flags that it wrote when it created the object.
                metadata: { name: NAME, namespace, annotations: { "pulumi.com/patchForce": "true" } },
                spec: { dashboardConfig: { ...flags } },
            },
            { parent: this, dependsOn: [exists], retainOnDelete: true },
        );
        new DeploymentPatch(
            `${name}-restarted`,
            {
                metadata: { name: "rhods-dashboard", namespace },
                spec: {
                    template: {
                        metadata: { annotations: { "maas-platform.io/dashboard-flags": hashOf(flags) } },
                    },
                },
            },
            { parent: this, dependsOn: [config], retainOnDelete: true },
        );
        this.config = config.metadata.name;
        this.registerOutputs({ config: this.config });
    }
}

function hashOf(flags: DashboardArgs["flags"]): string {
    return createHash("sha256")
        .update(JSON.stringify(Object.entries(flags).sort()))
        .digest("hex")
        .slice(0, 16);
}
