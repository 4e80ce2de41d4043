/** cert-manager itself. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { CertManagerPatch } from "../../kinds/operator.openshift.io";
import { gate } from "../gate";
import { CERT_MANAGER_NAMESPACE } from "../../catalogue/certificates";

/** The webhook refuses every issuer until it runs. */
const DEPLOYMENTS = ["cert-manager", "cert-manager-webhook", "cert-manager-cainjector"];
const READY_MINUTES = 10;

/** What cert-manager is told. */
export interface CertManagerArgs {
    /** Whether names are proven by DNS records. */
    readonly dns: boolean;
}

/**
 * cert-manager, ready for issuers: its operator makes the controllers, and the kinds of the issuers with them, after it
 * has itself been installed. Source: docs/sources/openshift.md#cert-manager.
 */
export class CertManager extends pulumi.ComponentResource {
    public readonly serving: ConfigMap;

    constructor(name: string, { dns }: CertManagerArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:certificates:CertManager", name, {}, opts);
        this.serving = gate(
            `${name}-serving`,
            {
                kind: "deployments-available",
                until: "cert-manager serves",
                record: { namespace: CERT_MANAGER_NAMESPACE, deployments: DEPLOYMENTS.join(" ") },
                check: async (kube) => {
                    const deadline = (await kube.now()) + READY_MINUTES * 60_000;
                    for (const deployment of DEPLOYMENTS) {
                        const available = await kube.until(
                            { apiVersion: "apps/v1", plural: "deployments", namespace: CERT_MANAGER_NAMESPACE },
                            deployment,
                            (object) => (Number(object?.status?.["availableReplicas"] ?? 0) > 0 ? true : undefined),
                            deadline,
                        );
                        if (available === undefined) {
                            throw new Error(
                                `Deployment ${CERT_MANAGER_NAMESPACE}/${deployment} is not available after ${READY_MINUTES} minutes: ` +
                                    "look at CertManager cluster",
                            );
                        }
                    }
                },
            },
            { parent: this },
        );
        if (dns) {
            new CertManagerPatch(
                `${name}-dns`,
                {
                    metadata: { name: "cluster" },
                    spec: {
                        controllerConfig: {
                            // The cluster's own resolver sees the private zone, and never the record of the challenge.
                            overrideArgs: [
                                "--dns01-recursive-nameservers-only",
                                "--dns01-recursive-nameservers=8.8.8.8:53,1.1.1.1:53",
                            ],
                        },
                    },
                },
                { parent: this, dependsOn: this.serving },
            );
        }
        this.registerOutputs({});
    }
}
