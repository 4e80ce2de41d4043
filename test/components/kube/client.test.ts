import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";

import { Kube, type KindPath } from "../../../components/kube";
import { install } from "../../../components/operators/install";
import { VirtualClock } from "../../../rehearsal/clock";
import type { ObjectRef } from "../../../rehearsal/cluster/cluster";
import { ServedCluster } from "../../../rehearsal/cluster/served";

const NS = "operators";
const OLM = "operators.coreos.com/v1alpha1";
const subscriptions: KindPath = { apiVersion: OLM, plural: "subscriptions", namespace: NS };

let cluster: ServedCluster;
let clock: VirtualClock;
let folder: string;
let kube: Kube;

beforeEach(async () => {
    // The client runs in this process: it is idle when a few rounds of the event loop brought no request.
    clock = new VirtualClock(async () => {
        const before = clock.activity;
        for (let round = 0; round < 5 && clock.activity === before; round++) {
            await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return clock.activity === before;
    });
    cluster = new ServedCluster(clock);
    await cluster.serve();
    folder = mkdtempSync(path.join(os.tmpdir(), "kube-test-"));
    writeFileSync(path.join(folder, "config"), cluster.kubeconfig(), { mode: 0o600 });
    process.env["KUBECONFIG"] = path.join(folder, "config");
    kube = await Kube.connect();
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NS } });
});

afterEach(async () => {
    clock.stop();
    await cluster.close();
    rmSync(folder, { recursive: true });
    delete process.env["KUBECONFIG"];
});

const csv = (name: string) => ({ apiVersion: OLM, kind: "ClusterServiceVersion", namespace: NS, name });
const subscription = { apiVersion: OLM, kind: "Subscription", namespace: NS, name: "rhcl-operator" };

const setStatus = (ref: ObjectRef, status: object) => cluster.mergePatch(ref, { status }, { subresource: "status" });

/** Plays OLM: what it does, and after how many seconds. */
function later(seconds: number, action: () => Promise<unknown>): void {
    clock.after(seconds, () => {
        const release = clock.hold();
        void action().finally(release);
    });
}

async function subscribe(): Promise<void> {
    await cluster.create({
        apiVersion: OLM,
        kind: "Subscription",
        metadata: { name: "rhcl-operator", namespace: NS },
        spec: {
            name: "rhcl-operator",
            channel: "stable",
            source: "redhat-operators",
            sourceNamespace: "openshift-marketplace",
            installPlanApproval: "Manual",
        },
    });
}

async function plan(name: string, ...clusterServiceVersionNames: string[]): Promise<void> {
    await cluster.create({
        apiVersion: OLM,
        kind: "InstallPlan",
        metadata: { name, namespace: NS },
        spec: { approval: "Manual", approved: false, clusterServiceVersionNames },
    });
    await setStatus(subscription, { state: "UpgradePending", installPlanRef: { name, namespace: NS } });
}

async function createCsv(name: string): Promise<void> {
    await cluster.create({
        apiVersion: OLM,
        kind: "ClusterServiceVersion",
        metadata: { name, namespace: NS },
        spec: { displayName: name, install: { strategy: "deployment", spec: { deployments: [] } } },
    });
}

const wanted = { operator: "rhcl-operator", namespace: NS, csv: "rhcl-operator.v1.3.4", existing: false };

describe("a client of the cluster", () => {
    it("reads what exists, and says undefined of what is not", async () => {
        expect((await kube.get({ apiVersion: "v1", plural: "namespaces" }, NS))?.metadata.name).toBe(NS);
        expect(await kube.get({ apiVersion: "v1", plural: "namespaces" }, "nobody")).toBeUndefined();
        expect(await kube.list({ apiVersion: "kuadrant.io/v1beta1", plural: "kuadrants" })).toEqual([]);
    });

    it("tells the cluster's time, not its own", async () => {
        expect(await kube.now()).toBe(Date.UTC(2026, 0, 1));
    });

    it("waits for an object to change, however long that takes on the cluster's clock", async () => {
        await subscribe();
        later(900, () => setStatus(subscription, { state: "AtLatestKnown" }));
        const state = await kube.until(
            subscriptions,
            "rhcl-operator",
            (s) => s?.status?.["state"],
            (await kube.now()) + 1_200_000,
        );
        expect([state, clock.now()]).toEqual(["AtLatestKnown", 900]);
    });

    it("gives up at the deadline", async () => {
        await subscribe();
        expect(
            await kube.until(subscriptions, "rhcl-operator", (s) => s?.status?.["state"], (await kube.now()) + 60_000),
        ).toBeUndefined();
        expect(clock.now()).toBeGreaterThanOrEqual(60);
    });

    it("creates what does not exist, and says of what exists that it is", async () => {
        const configMaps: KindPath = { apiVersion: "v1", plural: "configmaps", namespace: NS };
        const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: NS }, data: { a: "1" } };
        await kube.create(configMaps, object);
        expect((await kube.get(configMaps, "x"))?.["data"]).toEqual({ a: "1" });
        await expect(kube.create(configMaps, object)).rejects.toMatchObject({ code: 409 });
    });

    it("waits on while the API server restarts", async () => {
        let answers = 0;
        const restarting = createServer((request, response) => {
            if (request.url!.includes("watch=1")) {
                request.socket.destroy(); // it goes away in the middle of the wait
                return;
            }
            const items = answers++ === 0 ? [] : [{ metadata: { name: "x" } }];
            response.end(JSON.stringify({ metadata: { resourceVersion: "1" }, items }));
        });
        await new Promise<void>((listening) => restarting.listen(0, "127.0.0.1", listening));
        const { port } = restarting.address() as AddressInfo;
        const config = JSON.parse(cluster.kubeconfig()) as { clusters: { cluster: { server: string } }[] };
        config.clusters[0]!.cluster.server = `http://127.0.0.1:${port}`;
        writeFileSync(process.env["KUBECONFIG"]!, JSON.stringify(config));
        const other = await Kube.connect();
        try {
            const found = await other.until(subscriptions, "x", (object) => object?.metadata.name, Date.now() + 60_000);
            expect([found, answers]).toEqual(["x", 2]);
        } finally {
            restarting.close();
        }
    }, 20_000);

    it("says which cluster it cannot reach", async () => {
        await cluster.close();
        await expect(kube.get(subscriptions, "x")).rejects.toThrow(/the cluster at 127\.0\.0\.1:\d+ cannot be reached/);
    });
});

describe("the installation of an operator", () => {
    it("approves the plan of the pin, and waits for everything that it brings", async () => {
        await subscribe();
        later(10, () => plan("install-1", "rhcl-operator.v1.3.4", "authorino-operator.v1.3.0"));
        later(20, async () => {
            const approved = await cluster.get({ apiVersion: OLM, kind: "InstallPlan", namespace: NS, name: "install-1" });
            expect(approved?.spec.approved).toBe(true);
            await createCsv("authorino-operator.v1.3.0");
            await createCsv("rhcl-operator.v1.3.4");
            await setStatus(subscription, { installedCSV: "rhcl-operator.v1.3.4" });
            await setStatus(csv("rhcl-operator.v1.3.4"), { phase: "Succeeded" });
        });
        later(90, () => setStatus(csv("authorino-operator.v1.3.0"), { phase: "Succeeded" }));
        await install(kube, wanted);
        expect(clock.now()).toBe(90);
    });

    it("walks a channel plan by plan, and stops at the pin", async () => {
        await subscribe();
        const step = async (version: string): Promise<void> => {
            await createCsv(version);
            await setStatus(subscription, { state: "AtLatestKnown", installedCSV: version });
            await setStatus(csv(version), { phase: "Succeeded" });
        };
        later(10, () => plan("install-1", "rhcl-operator.v1.3.3"));
        later(20, () => step("rhcl-operator.v1.3.3"));
        later(30, () => plan("install-2", "rhcl-operator.v1.3.4"));
        later(40, () => step("rhcl-operator.v1.3.4"));
        await install(kube, wanted);
        const approved = async (name: string): Promise<unknown> =>
            (await cluster.get({ apiVersion: OLM, kind: "InstallPlan", namespace: NS, name }))?.spec.approved;
        expect([await approved("install-1"), await approved("install-2"), clock.now()]).toEqual([true, true, 40]);
    });

    it("fails at once with the operator's own message", async () => {
        await subscribe();
        later(10, async () => {
            await createCsv("rhcl-operator.v1.3.4");
            await setStatus(subscription, { installedCSV: "rhcl-operator.v1.3.4" });
        });
        later(50, () =>
            setStatus(csv("rhcl-operator.v1.3.4"), {
                phase: "Failed",
                reason: "InstallCheckFailed",
                message: "deployment not ready",
            }),
        );
        await expect(install(kube, wanted)).rejects.toThrow(
            "ClusterServiceVersion rhcl-operator.v1.3.4 failed (InstallCheckFailed): deployment not ready",
        );
        expect(clock.now()).toBe(50);
    });

    it("says after 20 minutes what it waited for", async () => {
        await subscribe();
        later(5, () =>
            setStatus(subscription, {
                conditions: [
                    {
                        type: "ResolutionFailed",
                        status: "True",
                        reason: "CatalogSourcesUpdating",
                        message: "catalog redhat-operators is away",
                    },
                ],
            }),
        );
        await expect(install(kube, wanted)).rejects.toThrow(
            "it was not installed within 20 minutes: catalog redhat-operators is away",
        );
    });

    describe("of somebody else", () => {
        it("is taken as it is when it is the version that is needed", async () => {
            await subscribe();
            await createCsv("rhcl-operator.v1.3.4");
            await setStatus(subscription, { installedCSV: "rhcl-operator.v1.3.4" });
            await setStatus(csv("rhcl-operator.v1.3.4"), { phase: "Succeeded" });
            await install(kube, { ...wanted, existing: true });
        });
        it("is refused when it is another, and never changed", async () => {
            await subscribe();
            await setStatus(subscription, { installedCSV: "rhcl-operator.v1.4.0" });
            await expect(install(kube, { ...wanted, existing: true })).rejects.toThrow(
                /rhcl-operator\.v1\.4\.0 is installed by Subscription operators\/rhcl-operator, and this release needs rhcl-operator\.v1\.3\.4/,
            );
        });
        it("is refused when it is elsewhere, with where", async () => {
            await subscribe();
            await expect(install(kube, { ...wanted, namespace: "kuadrant-system", existing: true })).rejects.toThrow(
                "its Subscription is in namespace operators, not in kuadrant-system: set operators.rhcl-operator.namespace: operators",
            );
        });
        it("is refused when it does not exist", async () => {
            await expect(install(kube, { ...wanted, existing: true })).rejects.toThrow(
                /the cluster has no Subscription of the package/,
            );
        });
    });
});
