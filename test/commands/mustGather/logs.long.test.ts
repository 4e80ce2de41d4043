/** Logs of pods through a real API server, which asks the server of a node for them as it asks a kubelet. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { parse, stringify } from "yaml";

import { Kube } from "../../../components/kube";
import type { ApiServerCluster } from "../../../rehearsal/apiserver/cluster";
import { freePort } from "../../../rehearsal/apiserver/ports";
import { openApiServer } from "../../../rehearsal/apiserver/open";
import { Project } from "../../project";
import { describeApiServer } from "../../rehearsal/apiserver/support";
import { inFolder, withFolder } from "../helper";
import { Kubelet, type Line } from "./kubelet";

jest.setTimeout(120_000);

const PASSWORD = "correct horse/battery";
const SECRETS = [PASSWORD, "sk-oai-abc_DEF123", "hunter2hunter2", "eyJpc3M", "tell nobody", "virtual-key-of-ann"];
const HOUR = 3600;
const before = { ...process.env };

describeApiServer("maas must-gather with a real API server", () => {
    let cluster: ApiServerCluster;
    let kubelet: Kubelet;
    let project: Project;
    beforeAll(async () => {
        kubelet = new Kubelet();
        project = new Project();
        project.change();
        cluster = await openApiServer();
        await kubelet.start();
        await node("worker-1", kubelet.port);
        await node("worker-2", await freePort());
        for (const name of ["maas-db", "kuadrant-system", "redhat-ods-applications", "maas"]) {
            await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
        }
        await cluster.create({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "maas-db-credentials", namespace: "maas-db" },
            data: { password: Buffer.from(PASSWORD).toString("base64") },
        });
        await pod("maas-db/maas-db-0", "worker-1", ["postgresql"], { restartCount: 1 });
        await pod("kuadrant-system/limitador-1", "worker-2", ["limitador", "metrics"]);
        await pod("redhat-ods-applications/maas-api-1", "worker-1", ["maas-api", "proxy"]);
        await pod("redhat-ods-applications/notebook-of-ann", "worker-1", ["notebook"], {}, { "notebook-name": "ann" });
        await pod("maas/gpt-0", "worker-1", ["main", "long"]);
        await pod("maas/gpt-1", undefined, ["main"]);
        const lines = (...texts: readonly string[]): Line[] => texts.map((text, i) => [texts.length - i, text]);
        kubelet.logs
            .set("maas-db/maas-db-0/postgresql", {
                current: [
                    [30 * HOUR, "two days ago"],
                    ...lines(
                        `LOG:  connection with ${PASSWORD}`,
                        "LOG:  url postgres://maas:hunter2hunter2@db/maas",
                        `FATAL:  ${JSON.stringify({ note: JSON.stringify({ password: "hunter2hunter2" }) })}`,
                    ),
                ],
                previous: lines("PANIC:  could not locate a valid checkpoint record"),
            })
            .set("redhat-ods-applications/maas-api-1/maas-api", {
                current: lines(
                    'level=info msg="request" authorization="Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJl.c2lnbmF0dXJl"',
                    "created key sk-oai-abc_DEF123 of ann",
                ),
            })
            .set("redhat-ods-applications/maas-api-1/proxy", { waiting: "ContainerCreating" })
            .set("maas/gpt-0/main", {
                current: lines(
                    "INFO Received request cmpl-1: prompt: 'It\\'s: tell nobody', params: SamplingParams(n=1), prompt_token_ids: [1, 2, 3], lora_request: None.",
                    "INFO non-default args: {'api_key': ['virtual-key-of-ann']}",
                    ...Array.from({ length: 40 }, (_, i) => `INFO step ${i} of the model, which goes on and on`),
                ),
                breaksAfter: 1500,
            })
            .set("maas/gpt-0/long", { current: lines(...Array.from({ length: 30_000 }, (_, i) => `${i} ${"x".repeat(400)}`)) });
    });
    afterAll(async () => {
        project.remove();
        await kubelet.stop();
        await cluster?.close();
    });
    afterEach(() => {
        process.env = { ...before };
    });

    async function node(name: string, port: number): Promise<void> {
        const object = { apiVersion: "v1", kind: "Node", metadata: { name } };
        await cluster.create(object);
        const status = {
            addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
            daemonEndpoints: { kubeletEndpoint: { Port: port } },
        };
        await cluster.mergePatch({ ...object, name }, { status }, { subresource: "status" });
    }

    async function pod(
        where: string,
        nodeName: string | undefined,
        containers: readonly string[],
        status: object = {},
        labels: Record<string, string> = {},
    ): Promise<void> {
        const [namespace, name] = where.split("/") as [string, string];
        const common = { image: "x", ready: true, imageID: "", restartCount: 0, state: { running: {} } };
        const ref = { apiVersion: "v1", kind: "Pod", namespace, name };
        await cluster.create({
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name, namespace, labels },
            spec: {
                ...(nodeName !== undefined && { nodeName }),
                containers: containers.map((one) => ({ name: one, image: "x" })),
            },
        });
        const containerStatuses = containers.map((one) => ({ ...common, name: one, ...status }));
        await cluster.mergePatch(ref, { status: { containerStatuses } }, { subresource: "status" });
    }

    /** Runs the command in a folder. */
    async function gathered(folder: string, kubeconfig: string, ...words: readonly string[]) {
        const file = path.join(folder, "kubeconfig");
        writeFileSync(file, kubeconfig);
        process.env["KUBECONFIG"] = file;
        kubelet.asked.length = 0;
        const outcome = await inFolder(folder, ["must-gather", "test", "--project", project.folder, "--out", "g", ...words]);
        const read = (name: string): string => readFileSync(path.join(folder, "g", name), "utf8");
        const files = readdirSync(path.join(folder, "g"), { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => path.relative(path.join(folder, "g"), path.join(entry.parentPath, entry.name)));
        for (const name of files) {
            const text = read(name);
            expect([name, SECRETS.filter((secret) => text.includes(secret))]).toEqual([name, []]);
            expect([name, statSync(path.join(folder, "g", name)).mode & 0o077]).toEqual([name, 0]);
        }
        return {
            ...outcome,
            files,
            read,
            index: JSON.parse(read("index.json")) as Record<"unread" | "partial" | "files", string[]>,
        };
    }

    it("has the logs of the platform, whole lines, without secrets, and says what is missing", () =>
        withFolder(async (folder) => {
            const { code, out, files, read, index } = await gathered(folder, cluster.kubeconfig());
            expect(code).toBe(0);
            expect(files.filter((file) => file.endsWith(".log")).sort()).toEqual([
                "maas-db/pods/maas-db-0/postgresql/current.log",
                "maas-db/pods/maas-db-0/postgresql/previous.log",
                "maas/pods/gpt-0/long/current.log",
                "maas/pods/gpt-0/main/current.log",
                "redhat-ods-applications/pods/maas-api-1/maas-api/current.log",
            ]);
            const database = read("maas-db/pods/maas-db-0/postgresql/current.log").replace(/^\S+Z /gm, "");
            expect(database).toBe(
                'LOG:  connection with [removed]\nLOG:  url postgres://maas:[removed]@db/maas\nFATAL:  {"note":"{\\"password\\":[removed]}"}\n',
            );
            expect(read("maas-db/pods/maas-db-0/postgresql/previous.log")).toMatch(/^\d{4}-\S+Z PANIC: {2}could not locate/);
            expect(read("maas/pods/gpt-0/main/current.log")).toContain("prompt: [removed], params: SamplingParams(n=1)");
            const long = read("maas/pods/gpt-0/long/current.log");
            expect([long.length <= 2 * 1024 * 1024, long.trimEnd().split("\n").at(-1)]).toEqual([
                true,
                expect.stringMatching(/^\S+Z 29999 x/),
            ]);
            expect(long).toMatch(/^\d{4}-\S+Z \d+ x/);
            expect(index.unread).toEqual(
                [
                    'redhat-ods-applications/pods/maas-api-1/proxy/current.log: log of proxy: container "proxy" in pod "maas-api-1" is waiting to start: ContainerCreating',
                    "logs of maas/gpt-1: the pod is on no node",
                    expect.stringMatching(/^logs of 2 containers on node worker-2: log of limitador: .*connection refused/),
                ].sort(expectedOrder(index.unread)),
            );
            expect(index.partial).toEqual(["maas/pods/gpt-0/long/current.log: the last 2097152 bytes"]);
            expect(out).toContain("5 of them logs");
            // The API server ends the answer in order when that of the node breaks, so nobody is told.
            expect(read("maas/pods/gpt-0/main/current.log").length).toBeLessThan(1600);
            expect(kubelet.asked.filter((one) => one.includes("notebook"))).toEqual([]);
            expect(kubelet.asked).toContainEqual(expect.stringMatching(/postgresql\?.*sinceSeconds=86400.*tailLines=10000/));
        }));

    it("says what a login may not read, and needs no more", () =>
        withFolder(async (folder) => {
            const metadata = { name: "support", namespace: "maas-db" };
            await cluster.create({ apiVersion: "v1", kind: "ServiceAccount", metadata });
            const rbac = "rbac.authorization.k8s.io/v1";
            const subjects = [{ kind: "ServiceAccount", ...metadata }];
            const bound = async (kind: string, rules: object[], namespace?: string): Promise<void> => {
                const at = { name: "support", ...(namespace !== undefined && { namespace }) };
                await cluster.create({ apiVersion: rbac, kind, metadata: at, rules });
                const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind, name: "support" };
                await cluster.create({ apiVersion: rbac, kind: `${kind}Binding`, metadata: at, subjects, roleRef });
            };
            const read = { verbs: ["get", "list"], apiGroups: [""], resources: ["pods", "events", "namespaces", "configmaps"] };
            await bound("ClusterRole", [read]);
            await bound("Role", [{ verbs: ["get"], apiGroups: [""], resources: ["pods/log"] }], "maas-db");
            const admin = await Kube.connect(undefined, cluster.kubeconfig());
            const granted = await admin.create(
                { apiVersion: "v1", plural: "serviceaccounts/support/token", namespace: "maas-db" },
                { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } },
            );
            const config = parse(cluster.kubeconfig()) as { users: { user: { token: string } }[] };
            config.users[0]!.user.token = (granted.status as { token: string }).token;
            const { code, files, index } = await gathered(folder, stringify(config), "--lines", "1");
            expect([code, files.filter((file) => file.endsWith(".log"))]).toEqual([
                0,
                ["maas-db/pods/maas-db-0/postgresql/current.log", "maas-db/pods/maas-db-0/postgresql/previous.log"],
            ]);
            expect(index.unread).toContainEqual(
                expect.stringMatching(/^logs of 2 containers in redhat-ods-applications: .*cannot get resource "pods\/log"/),
            );
            expect(index.unread.filter((one) => one.startsWith("secrets in "))).toEqual([
                expect.stringMatching(/^secrets in \S+, \S+, \S+ and \d+ more namespaces: .*cannot list resource "secrets"/),
            ]);
        }));
});

/** Sorts what is expected as it was found: the order of what is read at once is not fixed. */
function expectedOrder(found: readonly string[]): (one: unknown, other: unknown) => number {
    const at = (one: unknown): number =>
        found.findIndex((line) => (typeof one === "string" ? line === one : /worker-2/.test(line)));
    return (one, other) => at(one) - at(other);
}
