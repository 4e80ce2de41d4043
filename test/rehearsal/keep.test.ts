import { readFileSync, statSync } from "node:fs";

import { Kube } from "../../components/kube";
import { VirtualClock } from "../../rehearsal/clock";
import { MemoryWorld } from "../../rehearsal/memoryWorld";
import type { Kept } from "../../rehearsal/world";
import { HAS_KUBECTL, kubectl } from "../kubectl";

interface Kubeconfig {
    clusters: [{ cluster: Record<string, string> }];
    users: [{ user: { token: string } }];
}

function clusterOf(kubeconfig: string): Record<string, string> {
    return (JSON.parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig).clusters[0].cluster;
}

describe("a cluster in memory that is kept", () => {
    let world: MemoryWorld;
    let kept: Kept;
    beforeAll(async () => {
        world = await MemoryWorld.empty(new VirtualClock());
        await world.cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "stays" } });
        kept = await world.keep();
    });
    afterAll(() => world.close());

    it("is reached over TLS, with an authority and a token in a file of its owner alone", () => {
        const { server, ...rest } = clusterOf(kept.kubeconfig);
        expect(server).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
        expect(Object.keys(rest)).toEqual(["certificate-authority-data"]);
        expect(statSync(kept.kubeconfig).mode & 0o777).toBe(0o600);
        expect(kept.by).toBe("this process");
        expect(kept.commands).toEqual([`export KUBECONFIG=${kept.kubeconfig}`, "kubectl get namespaces"]);
    });

    it("lets the program's own client in, and nobody without the token or with another certificate", async () => {
        const kube = await Kube.connect(undefined, kept.kubeconfig);
        expect((await kube.get({ apiVersion: "v1", plural: "namespaces" }, "stays"))?.metadata.name).toBe("stays");
        const https = await import("node:https");
        const code = await new Promise((resolve, reject) =>
            https
                .get(`${clusterOf(kept.kubeconfig)["server"]}/api/v1/namespaces`, { rejectUnauthorized: false }, (answer) => {
                    answer.resume();
                    resolve(answer.statusCode);
                })
                .on("error", reject),
        );
        expect(code).toBe(401);
    });

    it("keeps its address when it is kept again", async () => {
        const before = clusterOf(kept.kubeconfig)["server"];
        await world.keep();
        expect(clusterOf(kept.kubeconfig)["server"]).toBe(before);
    });

    (HAS_KUBECTL ? it : it.skip)("lets kubectl in", async () => {
        const names = await kubectl(kept.kubeconfig, "kubectl get namespaces -o name");
        expect(names.split("\n")).toContain("namespace/stays");
        expect(await kubectl(kept.kubeconfig, "kubectl get ns -o name")).toBe(names);
    });
});
