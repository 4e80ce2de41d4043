/** Makes the cluster trust an authority of its own. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { ProxyPatch } from "../../kinds/config.openshift.io";
import { gate } from "../gate";
import { Kube, KubeError, type KubeObject } from "../kube";
import { certificatesIn, withAuthorities } from "./bundle";
import { proxyMayChange } from "./checks";
import { CERT_MANAGER_NAMESPACE } from "../../catalogue/certificates";

const CONFIG_NAMESPACE = "openshift-config";
const KEY = "ca-bundle.crt";
const SPREAD_MINUTES = 5;

/** Where the authority is, and what to add it to. */
export interface TrustArgs {
    /** Secret in namespace cert-manager. */
    readonly secret: string;
    /** ConfigMap in openshift-config. */
    readonly bundle: string;
}

/**
 * Adds an authority to those that the whole cluster trusts: to the bundle that Proxy/cluster names. The bundle is one
 * text, so that no patch can add to it; a gate reads it, and writes it back with the authority behind what was there.
 *
 * A destroy leaves it as it is then: the bundle may have grown meanwhile, and taking it away while the cluster's Proxy
 * names it would degrade the cluster. Source: docs/sources/openshift.md#cluster-trust.
 */
export class Trust extends pulumi.ComponentResource {
    /** Everything that reads the bundle when it starts comes after this. */
    public readonly spread: ConfigMap;

    constructor(name: string, { secret, bundle }: TrustArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:certificates:Trust", name, {}, opts);
        const added = gate(
            `${name}-added`,
            {
                kind: "bundle-merged",
                until: `the authority of Secret ${secret} is in ${bundle}`,
                record: { bundle: `${CONFIG_NAMESPACE}/${bundle}`, secret: `${CERT_MANAGER_NAMESPACE}/${secret}` },
                check: async (kube) => {
                    await proxyMayChange(kube, bundle);
                    await addTo(kube, bundle, await authorityOf(kube, secret));
                },
            },
            { parent: this },
        );
        const proxy = new ProxyPatch(
            `${name}-proxy`,
            {
                // The installer wrote an empty name there.
                metadata: { name: "cluster", annotations: { "pulumi.com/patchForce": "true" } },
                spec: { trustedCA: { name: bundle } },
            },
            { parent: this, dependsOn: added, retainOnDelete: true },
        );
        this.spread = gate(
            `${name}-spread`,
            {
                kind: "bundle-spread",
                until: "the cluster trusts its new authority",
                record: { bundle: `${CONFIG_NAMESPACE}/${bundle}` },
                check: async (kube) => {
                    const authority = await authorityOf(kube, secret);
                    const found = await kube.until(
                        { apiVersion: "v1", plural: "configmaps", namespace: "openshift-config-managed" },
                        "trusted-ca-bundle",
                        (object) => (holds(object, authority) ? true : undefined),
                        (await kube.now()) + SPREAD_MINUTES * 60_000,
                    );
                    if (found === undefined) {
                        throw new Error(
                            `ConfigMap openshift-config-managed/trusted-ca-bundle has not got the authority of ${bundle} within ` +
                                `${SPREAD_MINUTES} minutes: look at ClusterOperator network`,
                        );
                    }
                },
            },
            { parent: this, dependsOn: proxy },
        );
        this.registerOutputs({});
    }
}

function bundleOf(object: KubeObject | undefined): string {
    return (object?.["data"] as Record<string, string> | undefined)?.[KEY] ?? "";
}

function holds(object: KubeObject | undefined, authority: readonly string[]): boolean {
    const known = certificatesIn(bundleOf(object));
    return authority.every((one) => known.includes(one));
}

/** The certificates of an authority; they are no secret. */
async function authorityOf(kube: Kube, name: string): Promise<string[]> {
    const secret = await kube.get({ apiVersion: "v1", plural: "secrets", namespace: CERT_MANAGER_NAMESPACE }, name);
    const data = (secret?.["data"] ?? {}) as Record<string, string>;
    const found = certificatesIn(Buffer.from(data["tls.crt"] ?? "", "base64").toString("utf8"));
    if (found.length === 0) {
        throw new Error(`Secret ${CERT_MANAGER_NAMESPACE}/${name} holds no certificate`);
    }
    return found;
}

async function addTo(kube: Kube, bundle: string, authority: readonly string[]): Promise<void> {
    const kind = { apiVersion: "v1", plural: "configmaps", namespace: CONFIG_NAMESPACE };
    for (let tries = 0; ; tries++) {
        const before = await kube.get(kind, bundle);
        const data = { [KEY]: withAuthorities(bundleOf(before), authority) };
        try {
            if (before === undefined) {
                await kube.create(kind, {
                    apiVersion: "v1",
                    kind: "ConfigMap",
                    metadata: { name: bundle, namespace: CONFIG_NAMESPACE },
                    data,
                });
            } else if (data[KEY] !== bundleOf(before)) {
                const { resourceVersion } = before.metadata;
                await kube.patch(kind, bundle, { metadata: { resourceVersion }, data });
            }
            return;
        } catch (error) {
            // Somebody wrote it in between: what they wrote is read first.
            if (!(error instanceof KubeError && error.code === 409) || tries === 5) {
                throw error;
            }
        }
    }
}
