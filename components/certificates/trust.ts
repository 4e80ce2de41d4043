/** Adds a certificate authority to those that the cluster trusts. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { ProxyPatch } from "../../kinds/config.openshift.io";
import { describedBy } from "../component";
import { gate } from "../gate";
import type { Kube, KubeObject } from "../kube";
import { retryOnConflict } from "../retryOnConflict";
import { certificatesIn, withAuthorities } from "./bundle";
import { proxyMayChange } from "./checks";
import { CERT_MANAGER_NAMESPACE } from "../../catalogue/certificates";
import { untilObject } from "../untilObject";
import { formerName } from "../formerName";

const CONFIG_NAMESPACE = "openshift-config";
const KEY = "ca-bundle.crt";
const PROPAGATION_MINUTES = 5;

/** The authority, and the bundle that it is added to. Both must be known in a plan: a gate writes the bundle. */
export interface TrustArgs {
    /** Secret with the authority, in namespace cert-manager. */
    readonly secret: string;
    /** ConfigMap with the bundle, in openshift-config. */
    readonly bundle: string;
}

/**
 * Adds an authority to the bundle that Proxy/cluster names, which the whole cluster trusts. The bundle is one string, so a patch
 * cannot add to it: a gate reads it and writes it back with the authority appended.
 *
 * A destroy leaves the bundle alone: others may have added to it, and the cluster degrades when Proxy/cluster names a bundle that
 * does not exist. Source: docs/sources/openshift.md#cluster-trust.
 */
export class Trust extends pulumi.ComponentResource {
    /** The record of the gate that waits until the cluster trusts the authority. Whatever reads the bundle at its start depends on it. */
    public readonly propagated: ConfigMap;

    constructor(name: string, { secret, bundle }: TrustArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:certificates:Trust", name, describedBy({ secret, bundle }), opts);
        const merged = gate(
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
                // The installer owns the field, with an empty name in it.
                metadata: { name: "cluster", annotations: { "pulumi.com/patchForce": "true" } },
                spec: { trustedCA: { name: bundle } },
            },
            { parent: this, dependsOn: merged, retainOnDelete: true },
        );
        this.propagated = gate(
            `${name}-distributed`,
            {
                kind: "bundle-distributed",
                until: "the cluster trusts its new authority",
                record: { bundle: `${CONFIG_NAMESPACE}/${bundle}` },
                check: (kube) => bundlePropagated(kube, secret, bundle),
            },
            { parent: this, dependsOn: proxy, ...formerName(`${name}-spread`) },
        );
        this.registerOutputs({ bundle: `${CONFIG_NAMESPACE}/${bundle}`, propagated: this.propagated.metadata.name });
    }
}

/** Waits until the network operator has copied the authority to the bundle that pods mount. */
async function bundlePropagated(kube: Kube, secret: string, bundle: string): Promise<void> {
    const authority = await authorityOf(kube, secret);
    await untilObject(kube, {
        kind: { apiVersion: "v1", plural: "configmaps", namespace: "openshift-config-managed" },
        name: "trusted-ca-bundle",
        within: PROPAGATION_MINUTES,
        reached: (object) => holds(object, authority),
        otherwise:
            `ConfigMap openshift-config-managed/trusted-ca-bundle does not contain the authority of ${bundle} after ` +
            `${PROPAGATION_MINUTES} minutes: check ClusterOperator network`,
    });
}

function bundleOf(object: KubeObject | undefined): string {
    return (object?.["data"] as Record<string, string> | undefined)?.[KEY] ?? "";
}

function holds(object: KubeObject | undefined, authority: readonly string[]): boolean {
    const known = certificatesIn(bundleOf(object));
    return authority.every((one) => known.includes(one));
}

/** The certificates of an authority, which are public. */
async function authorityOf(kube: Kube, name: string): Promise<string[]> {
    const secret = await kube.get({ apiVersion: "v1", plural: "secrets", namespace: CERT_MANAGER_NAMESPACE }, name);
    const data = (secret?.["data"] ?? {}) as Record<string, string>;
    const found = certificatesIn(Buffer.from(data["tls.crt"] ?? "", "base64").toString("utf8"));
    if (found.length === 0) {
        throw new Error(`Secret ${CERT_MANAGER_NAMESPACE}/${name} has no certificate`);
    }
    return found;
}

async function addTo(kube: Kube, bundle: string, authority: readonly string[]): Promise<void> {
    const kind = { apiVersion: "v1", plural: "configmaps", namespace: CONFIG_NAMESPACE };
    await retryOnConflict(async () => {
        const before = await kube.get(kind, bundle);
        const data = { [KEY]: withAuthorities(bundleOf(before), authority) };
        if (before === undefined) {
            const metadata = { name: bundle, namespace: CONFIG_NAMESPACE };
            await kube.create(kind, { apiVersion: "v1", kind: "ConfigMap", metadata, data });
        } else if (data[KEY] !== bundleOf(before)) {
            await kube.patch(kind, bundle, { metadata: { resourceVersion: before.metadata.resourceVersion }, data });
        }
    });
}
