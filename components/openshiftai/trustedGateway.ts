/** Lets the components of OpenShift AI verify the certificate of the gateway that they call. */
import { createHash } from "node:crypto";

import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import type { Kube, KubeObject } from "../kube";
import type { TrustedCa } from "./initialization";
import { deadlineOf, untilObject } from "../untilObject";

const INITIALIZATION = { apiVersion: "dscinitialization.opendatahub.io/v2", plural: "dscinitializations" };
const NAME = "default-dsci";
/** The ConfigMap that OpenShift AI's operator writes into each namespace, and its key for what the DSCInitialization adds. */
const BUNDLE = { name: "odh-trusted-ca-bundle", key: "odh-ca-bundle.crt" } as const;
const DASHBOARD = "rhods-dashboard";
const MINUTES = 10;

/** A certificate in a Secret. */
export interface AuthoritySecret {
    readonly name: string;
    readonly namespace: string;
    /** `tls.crt` of an authority; or `ca.crt` beside a certificate, which is missing where a public authority signed it. */
    readonly key: "tls.crt" | "ca.crt";
}

/** Arguments of {@link trustedGateway}. All are plain: a gate reads and writes by these names. */
export interface TrustedGatewayArgs {
    readonly secret: AuthoritySecret;
    /** Namespace of OpenShift AI's components. */
    readonly namespace: string;
    /** Certificates of the settings, which the components trust as well. Default: none. */
    readonly certificates?: string | undefined;
}

/**
 * Adds the authority of a gateway's certificate to those that the components of OpenShift AI trust. The dashboard calls the MaaS API
 * at the gateway, verifies its certificate, and answers 500 otherwise. It reads the authorities when it starts: it is restarted where
 * it runs already. A gate writes the field, so that no Secret's key comes into the state.
 * Source: docs/sources/openshift-ai.md#trusted-certificates.
 *
 * @returns the record of the gate; the components are to depend on it
 */
export function trustedGateway(
    name: string,
    { secret, namespace, certificates }: TrustedGatewayArgs,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    return gate(
        name,
        {
            kind: "bundle-merged",
            until: "the dashboard trusts the gateway's certificate",
            record: {
                secret: `${secret.namespace}/${secret.name}`,
                key: secret.key,
                configMap: `${namespace}/${BUNDLE.name}`,
                ...(certificates !== undefined && { certificates: hashOf(certificates) }),
            },
            check: (kube) => trust(kube, { secret, namespace, certificates }),
        },
        opts,
    );
}

/** @throws Error when the Secret of an authority is empty, or OpenShift AI's operator does not distribute what it was given */
export async function trust(
    kube: Pick<Kube, "now" | "get" | "until" | "patch">,
    { secret, namespace, certificates }: TrustedGatewayArgs,
): Promise<void> {
    const authority = textOf(
        await kube.get({ apiVersion: "v1", plural: "secrets", namespace: secret.namespace }, secret.name),
        secret,
    );
    if (authority === "") {
        if (secret.key === "tls.crt") {
            throw new Error(
                `Secret ${secret.namespace}/${secret.name} holds no certificate of an authority; look at its Certificate`,
            );
        }
        return;
    }
    const bundle = [...(certificates === undefined ? [] : [certificates.trim()]), authority].join("\n");
    const within = { deadline: await deadlineOf(kube, MINUTES) };
    const found = await untilObject(kube, {
        kind: INITIALIZATION,
        name: NAME,
        within,
        reached: (object) => object,
        otherwise: `DSCInitialization ${NAME} does not exist after ${MINUTES} minutes: the operator of OpenShift AI creates it when it starts, unless DISABLE_DSC_CONFIG is set`,
    });
    const has = (found.spec as { trustedCABundle?: Partial<Record<string, string>> } | undefined)?.trustedCABundle;
    if (has?.["managementState"] !== "Managed" || has["customCABundle"] !== bundle) {
        await kube.patch(INITIALIZATION, NAME, {
            spec: { trustedCABundle: { managementState: "Managed" satisfies ManagementState, customCABundle: bundle } },
        });
    }
    await untilObject(kube, {
        kind: { apiVersion: "v1", plural: "configmaps", namespace },
        name: BUNDLE.name,
        within,
        reached: (object) => (object?.["data"] as Record<string, string> | undefined)?.[BUNDLE.key]?.includes(authority),
        otherwise: `ConfigMap ${namespace}/${BUNDLE.name} has not got the gateway's authority after ${MINUTES} minutes: look at spec.trustedCABundle of DSCInitialization ${NAME}, and whether the namespace is annotated security.opendatahub.io/inject-trusted-ca-bundle: "false"`,
    });
    const deployments = { apiVersion: "apps/v1", plural: "deployments", namespace };
    if ((await kube.get(deployments, DASHBOARD)) !== undefined) {
        // The same word again restarts nothing.
        await kube.patch(deployments, DASHBOARD, {
            spec: { template: { metadata: { annotations: { "maas-platform.io/trusted-authorities": hashOf(bundle) } } } },
        });
    }
}

type ManagementState = "Managed" | "Removed";

/** Whether settings let OpenShift AI distribute what its components trust. */
export function distributes(trustedCa: Pick<TrustedCa, "managed"> | undefined): boolean {
    return trustedCa?.managed !== false;
}

function textOf(secret: KubeObject | undefined, { key }: AuthoritySecret): string {
    return Buffer.from((secret?.["data"] as Record<string, string> | undefined)?.[key] ?? "", "base64")
        .toString()
        .trim();
}

function hashOf(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
