/** The icon of the portal's pages, the one picture that its database does not hold. */
import { createHash } from "node:crypto";

import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import { LITEMAAS } from "../../catalogue/litemaas/names";
import { CONTAINER_SECURITY, labelsOf, type Place, SMALL } from "./place";

const ASSETS = "/opt/app-root/src/assets";

/** Parts of the frontend's pod; empty without an icon. */
export interface Favicon {
    readonly before: readonly pulumi.Resource[];
    readonly annotations: { readonly annotations?: Record<string, string> };
    readonly initContainers: { readonly initContainers?: inputs.core.v1.Container[] };
    readonly mounts: { readonly volumeMounts?: inputs.core.v1.VolumeMount[] };
    readonly volumes: { readonly volumes?: inputs.core.v1.Volume[] };
}

/**
 * An icon over that of the image. Files of the image have a hash in their names, so that they are found by pattern, in the very
 * image that serves them. Source: docs/sources/litemaas.md#portal.
 */
export function favicon({ name, settings, within }: Place): Favicon {
    const { namespace, portal } = settings;
    const icon = portal.branding.favicon;
    if (icon === undefined) {
        return { before: [], annotations: {}, initContainers: {}, mounts: {}, volumes: {} };
    }
    const file = new ConfigMap(
        `${name}-favicon`,
        {
            metadata: { name: "litemaas-favicon", namespace, labels: labelsOf(LITEMAAS.frontend) },
            data: { "favicon.svg": icon },
        },
        within(),
    );
    return {
        before: [file],
        annotations: {
            annotations: { "maas-platform.io/favicon": createHash("sha256").update(icon).digest("hex").slice(0, 12) },
        },
        initContainers: {
            initContainers: [
                {
                    name: "favicon",
                    image: portal.frontendImage,
                    command: [
                        "bash",
                        "-c",
                        `set -e; cp -r ${ASSETS}/. /assets/; for file in /assets/litemaas_favicon-*.svg; do cp /favicon/favicon.svg "$file"; done`,
                    ],
                    resources: SMALL,
                    securityContext: CONTAINER_SECURITY,
                    volumeMounts: [
                        { name: "assets", mountPath: "/assets" },
                        { name: "favicon", mountPath: "/favicon", readOnly: true },
                    ],
                },
            ],
        },
        mounts: { volumeMounts: [{ name: "assets", mountPath: ASSETS }] },
        volumes: {
            volumes: [
                { name: "assets", emptyDir: {} },
                { name: "favicon", configMap: { name: file.metadata.name } },
            ],
        },
    };
}
