/** Snapshots of the databases' volume: made through a real API server with the kind of the product, and brought back on a real PostgreSQL. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";

import { Kube } from "../../../components/kube";
import { isReady } from "../../../components/litemaas/snapshot";
import { program } from "../../../index";
import type { ApiServerCluster } from "../../../rehearsal/apiserver/cluster";
import { openApiServer } from "../../../rehearsal/apiserver/open";
import type { KubeObject } from "../../../rehearsal/cluster/cluster";
import { deploy, type Deployment } from "../../deployment";
import { describePostgres, Postgres } from "../../postgres/server";
import { describeApiServer, eventually } from "../../rehearsal/apiserver/support";
import { type Draft, shipped } from "../../settings";

jest.setTimeout(120_000);

const STAMP = "20261129-021700";
const script = (name: string): string => path.join(__dirname, "../../../components/litemaas", name);

describePostgres("a volume that was made of a snapshot", () => {
    const SECRETS = { PROXY_DB_PASSWORD: "Proxy1", PORTAL_DB_PASSWORD: "Portal1" };
    const proxy = { user: "litellm", password: "Proxy1" };
    const portal = { user: "litemaas", password: "Portal1" };
    let postgres: Postgres;
    beforeAll(() => {
        postgres = new Postgres();
        postgres.bash(script("databases.sh"), SECRETS);
        postgres.sql("litemaas_db", "CREATE TABLE own (id int)", portal);
        postgres.sql("litellm_db", "CREATE TABLE keys (token text); INSERT INTO keys VALUES ('hash')", proxy);
    });
    afterAll(() => postgres?.stop());

    it("is brought back, with what no checkpoint had written", () => {
        expect(postgres.sql("litemaas_db", "INSERT INTO own SELECT generate_series(1, 500)", portal)).toBe("INSERT 0 500");
        const volume = postgres.snapshot();
        postgres.sql("litemaas_db", "DROP TABLE own", portal);
        postgres.sql("litellm_db", "DELETE FROM keys", proxy);
        const at = { ...SECRETS, SNAPSHOT: volume, BACKUPS: path.join(volume, "dumps"), STAMP };
        // The second run is that of a Job whose pod was lost.
        for (let run = 0; run < 2; run++) {
            expect(postgres.bash(script("snapshot.sh"), at)).toEqual({
                code: 0,
                output: `litellm_db: dumped from the snapshot of ${STAMP}\nlitemaas_db: dumped from the snapshot of ${STAMP}\n`,
            });
        }
        expect(postgres.bash(script("restore.sh"), at).code).toBe(0);
        expect(postgres.sql("litemaas_db", "SELECT count(*) FROM own", portal)).toBe("500");
        expect(postgres.sql("litellm_db", "SELECT * FROM keys", proxy)).toBe("hash");

        // A volume without a server says so, and one that does not start says why.
        expect(postgres.bash(script("snapshot.sh"), { ...at, SNAPSHOT: postgres.folder })).toEqual({
            code: 1,
            output: `${postgres.folder}/userdata is no folder of PostgreSQL\n`,
        });
        spawnSync("bash", ["-c", `echo 9.6 > ${volume}/userdata/PG_VERSION`]);
        expect(postgres.bash(script("snapshot.sh"), at)).toEqual({ code: 1, output: expect.stringContaining("not compatible") });
    });
});

/** The module that the snapshot controller of OpenShift 4.21 is built from has the definitions of its kinds. */
const MODULE = "github.com/kubernetes-csi/external-snapshotter/client/v8@v8.2.0";

/** Definition of VolumeSnapshot. @throws Error without Go, with which the tests build the API server as well */
function definition(): KubeObject {
    const { stdout, stderr } = spawnSync("go", ["mod", "download", "-json", MODULE], {
        cwd: tmpdir(),
        env: { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off" },
        encoding: "utf8",
    });
    if (!stdout) {
        throw new Error(`go mod download ${MODULE} fails: ${stderr}`);
    }
    const folder = (JSON.parse(stdout) as { Dir: string }).Dir;
    return parse(readFileSync(path.join(folder, "config/crd/snapshot.storage.k8s.io_volumesnapshots.yaml"), "utf8"));
}

describeApiServer("snapshots", () => {
    const SNAPSHOT = { apiVersion: "snapshot.storage.k8s.io/v1", kind: "VolumeSnapshot", namespace: "litemaas" };
    let cluster: ApiServerCluster;
    let kube: Kube;
    let deployment: Deployment;
    let folder: string;
    beforeAll(async () => {
        folder = mkdtempSync(path.join(tmpdir(), "snapshots-"));
        deployment = await deploy(program, {
            stack: "litemaas",
            preview: true,
            config: {
                "maas:settings": JSON.stringify(
                    shipped("litemaas", (s) => {
                        s.litemaas.backup = { keep: 2, snapshotClass: "csi-aws-vsc", restore: STAMP, restoreFrom: "snapshot" };
                    }),
                ),
            },
        });
        expect(deployment.errors).toEqual([]);
        cluster = await openApiServer();
        await cluster.create(definition());
        await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "litemaas" } });
        // As planned: nothing of it is refused.
        for (const [kind, apiVersion, name] of [
            ["ServiceAccount", "v1", "litemaas-backup-account"],
            ["Role", "rbac.authorization.k8s.io/v1", "litemaas-backup-role"],
            ["RoleBinding", "rbac.authorization.k8s.io/v1", "litemaas-backup-binding"],
            ["PersistentVolumeClaim", "v1", "litemaas-restore-volume"],
            ["CronJob", "batch/v1", "litemaas-backup"],
            ["Job", "batch/v1", "litemaas-restore"],
        ] as const) {
            const type = `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`;
            await cluster.create({ ...(deployment.one(type, name).inputs as unknown as KubeObject), apiVersion, kind });
        }
        const file = path.join(folder, "kubeconfig");
        writeFileSync(file, cluster.kubeconfig());
        kube = await Kube.connect(undefined, file);
        const { clusters } = parse(cluster.kubeconfig());
        writeFileSync(path.join(folder, "ca.crt"), Buffer.from(clusters[0].cluster["certificate-authority-data"], "base64"));
        writeFileSync(path.join(folder, "server"), clusters[0].cluster.server);
        const { status } = (await kube.create(
            { apiVersion: "v1", plural: "serviceaccounts/litemaas-backup/token", namespace: "litemaas" },
            { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } },
        )) as unknown as Draft;
        writeFileSync(path.join(folder, "token"), status.token);
        await eventually("the kind is served", async () => {
            try {
                return (await cluster.list(SNAPSHOT.apiVersion, SNAPSHOT.kind)).length === 0;
            } catch {
                return false;
            }
        });
    });
    afterAll(async () => {
        await cluster?.close();
        rmSync(folder, { recursive: true });
    });

    /** Runs the container of the plan that copies, as the account of the plan. */
    const copy = (stamp: string, seconds = "60"): Promise<[number | null, string]> => {
        writeFileSync(path.join(folder, "latest"), `${stamp}\n`);
        const spec = (deployment.one("kubernetes:batch/v1:CronJob", "litemaas-backup").inputs as Draft)["spec"];
        const [container] = spec.jobTemplate.spec.template.spec.containers;
        const planned = Object.fromEntries(container.env.map(({ name, value }: Draft) => [name, String(value)]));
        return new Promise((resolve) => {
            const child = spawn(process.execPath, [script("copy.js"), ...container.command.slice(2)], {
                env: {
                    ...planned,
                    BACKUPS: folder,
                    KUBERNETES_URL: readFileSync(path.join(folder, "server"), "utf8"),
                    SERVICE_ACCOUNT: folder,
                    SNAPSHOT_SECONDS: seconds,
                },
            });
            let output = "";
            child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
            child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
            child.on("close", (code) => resolve([code, output]));
        });
    };
    /** What the snapshot controller writes. */
    const status = (stamp: string, value: object): Promise<unknown> =>
        cluster.mergePatch({ ...SNAPSHOT, name: `litemaas-${stamp}` }, { status: value }, { subresource: "status" });
    const names = async (): Promise<string[]> =>
        (await cluster.list(SNAPSHOT.apiVersion, SNAPSHOT.kind, "litemaas")).map(({ metadata }) => metadata.name);

    it("are made of the databases' volume; the Job ends when one is ready, and then the oldest goes", async () => {
        await cluster.create({
            apiVersion: SNAPSHOT.apiVersion,
            kind: SNAPSHOT.kind,
            metadata: { name: "somebody-elses", namespace: SNAPSHOT.namespace },
            spec: { source: { persistentVolumeClaimName: "data-litellm-postgres-0" } },
        } as unknown as KubeObject);
        for (const day of ["27", "28", "29"]) {
            const stamp = `202611${day}-021700`;
            const ended = copy(stamp);
            await eventually("the snapshot is made", async () => (await names()).includes(`litemaas-${stamp}`));
            // Before it is ready, none is deleted.
            expect(await names()).toContain(day === "29" ? "litemaas-20261127-021700" : `litemaas-${stamp}`);
            await status(stamp, { readyToUse: false, error: { message: "the driver is busy" } });
            await status(stamp, { readyToUse: true, restoreSize: "10Gi", error: null });
            expect(await ended).toEqual([0, `${stamp}: snapshot litemaas-${stamp} is ready\n`]);
        }
        expect(await names()).toEqual(["litemaas-20261128-021700", "litemaas-20261129-021700", "somebody-elses"]);
        const made = await cluster.get({ ...SNAPSHOT, name: `litemaas-${STAMP}` });
        expect(made?.spec).toEqual({
            volumeSnapshotClassName: "csi-aws-vsc",
            source: { persistentVolumeClaimName: "data-litellm-postgres-0" },
        });
        expect(cluster.refused).toEqual([]);
    });

    it("one that does not become ready is an error with the driver's words, and no other is deleted for it", async () => {
        const ended = copy("20261130-021700", "2");
        await eventually("the snapshot is made", async () => (await names()).includes("litemaas-20261130-021700"));
        await status("20261130-021700", { readyToUse: false, error: { message: "VolumeLimitExceeded" } });
        expect(await ended).toEqual([1, "snapshot litemaas-20261130-021700 is not ready after 2 s: VolumeLimitExceeded\n"]);
        expect(await names()).toHaveLength(4);
    });

    it("a volume is made of one when it is ready; one that does not exist is refused with those that do", async () => {
        await expect(isReady(kube, "litemaas", `litemaas-${STAMP}`)).resolves.toBeUndefined();
        await expect(isReady(kube, "litemaas", "litemaas-20200101-000000")).rejects.toThrow(
            "litemaas.backup.restore: VolumeSnapshot litemaas/litemaas-20200101-000000 does not exist; expected the time of one of litemaas-20261128-021700, litemaas-20261129-021700",
        );
        const claim = await cluster.get({
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            namespace: "litemaas",
            name: `litemaas-restore-${STAMP}`,
        });
        expect(claim?.spec).toMatchObject({
            dataSource: { apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name: `litemaas-${STAMP}` },
            resources: { requests: { storage: "20Gi" } },
        });
    });
});
