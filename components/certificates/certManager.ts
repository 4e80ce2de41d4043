/** cert-manager: its controllers and their configuration. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { CertManagerPatch } from "../../kinds/operator.openshift.io";
import { describedBy } from "../component";
import { gate } from "../gate";
import type { Kube } from "../kube";
import { CERT_MANAGER_NAMESPACE } from "../../catalogue/certificates";
import { deadlineOf, untilObject } from "../untilObject";

/** The Deployments of cert-manager. Its webhook refuses every issuer until it runs. */
const DEPLOYMENTS = ["cert-manager", "cert-manager-webhook", "cert-manager-cainjector"];
const READY_MINUTES = 10;

/** The configuration of cert-manager. */
export interface CertManagerArgs {
    /** Arguments of its controller; none: those of the operator. */
    readonly overrideArgs: readonly string[];
}

/**
 * cert-manager, ready for issuers. After its operator has been installed, that creates the controllers and the kinds of issuers. Source: docs/sources/openshift.md#cert-manager.
 */
export class CertManager extends pulumi.ComponentResource {
    /** The record of the gate that waits until the Deployments are available. */
    public readonly serving: ConfigMap;

    constructor(name: string, { overrideArgs }: CertManagerArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:certificates:CertManager", name, describedBy({ overrideArgs }), opts);
        this.serving = gate(
            `${name}-serving`,
            {
                kind: "deployments-available",
                until: "cert-manager serves",
                record: { namespace: CERT_MANAGER_NAMESPACE, deployments: DEPLOYMENTS.join(" ") },
                check: deploymentsAvailable,
            },
            { parent: this },
        );
        if (overrideArgs.length > 0) {
            new CertManagerPatch(
                `${name}-dns`,
                {
                    metadata: { name: "cluster" },
                    spec: {
                        controllerConfig: { overrideArgs: [...overrideArgs] },
                    },
                },
                { parent: this, dependsOn: this.serving },
            );
        }
        this.registerOutputs({ serving: this.serving.metadata.name });
    }
}

async function deploymentsAvailable(kube: Kube): Promise<void> {
    const within = { deadline: await deadlineOf(kube, READY_MINUTES) };
    for (const deployment of DEPLOYMENTS) {
        await untilObject(kube, {
            kind: { apiVersion: "apps/v1", plural: "deployments", namespace: CERT_MANAGER_NAMESPACE },
            name: deployment,
            within,
            reached: (object) => Number(object?.status?.["availableReplicas"] ?? 0) > 0,
            otherwise: `Deployment ${CERT_MANAGER_NAMESPACE}/${deployment} is not available after ${READY_MINUTES} minutes: check CertManager cluster`,
        });
    }
}
