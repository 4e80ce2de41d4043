/** The authorities that clients of a gateway need to verify its certificate. */
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { AUTHORITIES_LABEL } from "../catalogue/labels";
import { gate } from "./gate";
import type { Kube } from "./kube";

/** Key of the ConfigMap with the authorities. */
export const BUNDLE = "ca-bundle.crt";
/** The folder of the authorities in a container. */
export const BUNDLE_FOLDER = "/etc/maas-authorities";

/** Public authorities with those that the cluster trusts, and the authority of the router's own certificate. */
const CLUSTER_BUNDLES = ["trusted-ca-bundle", "default-ingress-cert"] as const;

/** The place and the owner of the authorities. */
export interface AuthoritiesArgs {
    /** Name of the ConfigMap. A gate writes it: a plan must know it. */
    readonly configMap: string;
    readonly namespace: string;
    /** The Secret of an authority that the cluster does not trust. Undefined: there is none. */
    readonly secret: { readonly name: string; readonly namespace: string } | undefined;
    /** Labels of the ConfigMap. Default: none. */
    readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A ConfigMap with the authorities that the cluster trusts and that of a gateway. A gate fills it in on the cluster, so that no
 * Secret's key comes into the state.
 * Source: docs/sources/openshift.md#cluster-trust.
 *
 * @returns the record of the gate
 */
export function authorities(
    name: string,
    { configMap, namespace, secret, labels }: AuthoritiesArgs,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    const bundle = new ConfigMap(
        `${name}-authorities`,
        { metadata: { name: configMap, namespace, labels: { [AUTHORITIES_LABEL]: "merged", ...labels } } },
        { ...opts, ignoreChanges: ["data"] },
    );
    return gate(
        `${name}-authorities-copied`,
        {
            kind: "bundle-merged",
            until: `ConfigMap ${namespace}/${configMap} has the authorities of the gateway`,
            record: {
                configMap: `${namespace}/${configMap}`,
                ...(secret !== undefined && { secret: `${secret.namespace}/${secret.name}` }),
            },
            check: async (kube) => {
                const found = [...(await clusterBundles(kube)), ...(secret === undefined ? [] : [await ofSecret(kube, secret)])];
                await kube.patch({ apiVersion: "v1", plural: "configmaps", namespace }, configMap, {
                    data: { [BUNDLE]: found.join("\n") },
                });
            },
        },
        { ...opts, dependsOn: bundle },
    );
}

async function clusterBundles(kube: Kube): Promise<string[]> {
    const bundles: string[] = [];
    for (const name of CLUSTER_BUNDLES) {
        const found = await kube.get({ apiVersion: "v1", plural: "configmaps", namespace: "openshift-config-managed" }, name);
        const text = (found?.["data"] as Record<string, string> | undefined)?.[BUNDLE]?.trim();
        bundles.push(...(text ? [text] : []));
    }
    return bundles;
}

/** @throws Error when the Secret holds no certificate */
async function ofSecret(kube: Kube, { name, namespace }: { name: string; namespace: string }): Promise<string> {
    const secret = await kube.get({ apiVersion: "v1", plural: "secrets", namespace }, name);
    const certificate = Buffer.from(
        (secret?.["data"] as Record<string, string> | undefined)?.["tls.crt"] ?? "",
        "base64",
    ).toString();
    if (certificate.trim() === "") {
        throw new Error(`Secret ${namespace}/${name} holds no certificate of an authority; look at its Certificate`);
    }
    return certificate.trim();
}
