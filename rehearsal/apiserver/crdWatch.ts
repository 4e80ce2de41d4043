/** Tells when a kind that was not served may have come to be: its CRD is established. */
import type { KubeObject } from "../cluster/cluster";
import { isEstablished } from "../cluster/definition";
import type { ApiClient } from "./client";
import type { Discovery } from "./discovery";
import { follow } from "./watch";

export const CRD_API_VERSION = "apiextensions.k8s.io/v1";
export const CRD_KIND = "CustomResourceDefinition";

/** Follows the CRDs, from the first question on. */
export class CrdWatch {
    private readonly established = new Set<string>();
    private readonly waiting = new Map<string, Set<() => void>>();
    private following: Promise<void> | undefined;

    constructor(
        private readonly client: ApiClient,
        private readonly discovery: Discovery,
        private readonly signal: AbortSignal,
    ) {}

    /** Resolves when a CRD of this kind is established, or the signal ends the wait. */
    async until(apiVersion: string, kind: string, signal: AbortSignal): Promise<void> {
        this.following ??= follow({
            client: this.client,
            discovery: this.discovery,
            apiVersion: CRD_API_VERSION,
            kind: CRD_KIND,
            signal: this.signal,
            // The kind of CRDs itself is always served.
            kindsChanged: () => Promise.resolve(),
            listener: ({ type, object }) => this.heard(type === "DELETED", object),
        });
        const key = `${apiVersion.split("/")[0]}/${kind}`;
        if (this.established.has(key)) {
            return;
        }
        await new Promise<void>((resolve) => {
            const waiters = this.waiting.get(key) ?? new Set();
            this.waiting.set(key, waiters.add(resolve));
            signal.addEventListener(
                "abort",
                () => {
                    waiters.delete(resolve);
                    resolve();
                },
                { once: true },
            );
        });
    }

    private heard(deleted: boolean, crd: KubeObject): void {
        const key = `${crd.spec.group}/${crd.spec.names.kind}`;
        if (deleted || !isEstablished(crd)) {
            this.established.delete(key);
            return;
        }
        this.established.add(key);
        for (const resolve of this.waiting.get(key) ?? []) {
            resolve();
        }
        this.waiting.delete(key);
    }
}
