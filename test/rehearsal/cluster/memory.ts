/** What the tests of the cluster in memory share. */
import "../../../kinds";
import { VirtualClock } from "../../../rehearsal/clock";
import type { ApiError, KubeObject } from "../../../rehearsal/cluster/cluster";
import { ServedCluster } from "../../../rehearsal/cluster/served";
import { kindSchemas } from "../../../simulator/schemas";

export let clock: VirtualClock;
export let cluster: ServedCluster;

/** Gives each test of a file a cluster of its own, with the namespace `a`. */
export function eachWithCluster(): void {
    beforeEach(async () => {
        clock = new VirtualClock();
        cluster = new ServedCluster(clock, kindSchemas);
        await cluster.create(ns("a"));
    });
    afterEach(async () => {
        clock.stop();
        await cluster.close();
    });
}

export const seconds = (n: number): Promise<void> => new Promise((resolve) => clock.after(n, resolve));
export const refusal = (work: Promise<unknown>): Promise<ApiError> =>
    work.then(
        () => {
            throw new Error("was not refused");
        },
        (error: ApiError) => error,
    );

export const config = (name: string, data?: Record<string, string>, more: object = {}): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "a", ...more },
    ...(data && { data }),
});
export const configRef = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", name, namespace: "a" });
export const ns = (name: string): KubeObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
export const deployment = (image = "one", env: object[] = []): KubeObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d", namespace: "a" },
    spec: {
        selector: { matchLabels: { app: "d" } },
        template: {
            metadata: { labels: { app: "d" } },
            spec: { containers: [{ name: "main", image, ...(env.length > 0 && { env }) }] },
        },
    },
});
export const definition = (schema: object = { type: "object", "x-kubernetes-preserve-unknown-fields": true }): KubeObject => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "kuadrants.kuadrant.io" },
    spec: {
        group: "kuadrant.io",
        names: { kind: "Kuadrant", plural: "kuadrants" },
        scope: "Namespaced",
        versions: [
            { name: "v1beta1", served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: schema } },
        ],
    },
});
export const kuadrant = (spec: object = {}): KubeObject => ({
    apiVersion: "kuadrant.io/v1beta1",
    kind: "Kuadrant",
    metadata: { name: "k", namespace: "a" },
    spec,
});
