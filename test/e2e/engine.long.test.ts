import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import type { ApiServerCluster } from "../../rehearsal/apiserver/cluster";
import { openApiServer } from "../../rehearsal/apiserver/open";
import { ScaledClock } from "../../rehearsal/clock";
import { Journal } from "../../rehearsal/engine/journal";
import { EngineError, PulumiEngine } from "../../rehearsal/pulumi/engine";
import { RunRecord } from "../../rehearsal/pulumi/record";
import type { Rehearsal } from "../../rehearsal/result";
import { eventually, isAlive, widgets } from "../rehearsal/apiserver/support";
import { describeEngine, engine } from "./search";

jest.setTimeout(180_000);

const ROOT = path.resolve(__dirname, "../..");

const PROGRAM = `
    const pulumi = require("@pulumi/pulumi");
    const { CustomResource } = require("@pulumi/kubernetes/apiextensions");
    const { Secret } = require("@pulumi/kubernetes/core/v1");
    const config = new pulumi.Config();
    const secret = new Secret("secret", { metadata: { name: "secret", namespace: "default" }, stringData: { key: pulumi.secret("hush-hush") } });
    if (config.get("mode") === "hang") {
        new CustomResource("widget", { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w", namespace: "default" }, spec: { size: 1 } },
            { hooks: { beforeCreate: [new pulumi.ResourceHook("for ever", () => new Promise(() => {}))] } });
    } else if (config.get("mode") === "typo") {
        new CustomResource("widget", { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w", namespace: "default" }, spec: { size: 1, sise: 2 } }, { dependsOn: [secret] });
    }
    exports.secret = pulumi.secret("hush-hush");
`;

describeEngine("the real engine", () => {
    let cluster: ApiServerCluster;
    let folder: string;
    let pulumi: PulumiEngine;
    beforeAll(async () => {
        cluster = await openApiServer();
        await cluster.create(widgets());
    });
    afterAll(() => cluster?.close());
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-test-"));
        fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
        fs.mkdirSync(path.join(folder, "stacks"));
        fs.writeFileSync(
            path.join(folder, "Pulumi.yaml"),
            "name: tiny\nruntime: {name: nodejs, options: {typescript: false}}\nmain: index.js\nstackConfigDir: stacks\n",
        );
        fs.writeFileSync(path.join(folder, "package.json"), '{"name": "tiny"}');
        fs.writeFileSync(path.join(folder, "index.js"), PROGRAM);
        fs.writeFileSync(path.join(folder, "kubeconfig"), cluster.kubeconfig());
    });
    afterEach(async () => {
        await pulumi?.close();
        fs.rmSync(folder, { recursive: true });
    });

    async function open(mode: string): Promise<void> {
        fs.writeFileSync(path.join(folder, "stacks", "Pulumi.dev.yaml"), `config:\n  tiny:mode: ${mode}\n`);
        pulumi = await PulumiEngine.open({
            cli: engine.cli!,
            projectDir: folder,
            stack: "dev",
            kubeconfig: path.join(folder, "kubeconfig"),
        });
    }

    async function act(action: "preview" | "up" | "destroy"): Promise<Rehearsal> {
        const record = new RunRecord(new Journal(new ScaledClock(1)), action, []);
        const refused = cluster.refused.length;
        const outcome = await pulumi.act({ action }, (event) => record.hear(event));
        return record.result("dev", outcome, cluster.refused.slice(refused));
    }

    it("is told of a misspelt field that the provider would have dropped, and the result names the resource", async () => {
        await open("typo");
        const result = await act("up");
        expect(result.succeeded).toBe(false);
        expect(result.rejected).toEqual([
            {
                urn: "urn:pulumi:dev::tiny::kubernetes:example.com/v1:Widget::widget",
                object: "Widget default/w (example.com/v1)",
                reason: "BadRequest",
                message: expect.stringContaining('unknown field "spec.sise"'),
            },
        ]);
        expect(result.operations).toContainEqual({
            urn: "urn:pulumi:dev::tiny::kubernetes:core/v1:Secret::secret",
            operation: "create",
        });
        expect(result.outputs).toEqual({ secret: "[secret]" });
        // Neither in clear text nor as what the state holds.
        const text = JSON.stringify(result);
        expect(text).not.toMatch(/hush-hush|ciphertext/);
        expect(text).not.toContain(Buffer.from("hush-hush").toString("base64"));
        expect((await act("destroy")).succeeded).toBe(true);
        expect(await cluster.get({ apiVersion: "v1", kind: "Secret", namespace: "default", name: "secret" })).toBeUndefined();
    });

    it("leaves the project as it was", async () => {
        await open("none");
        const before = fs.readFileSync(path.join(folder, "stacks", "Pulumi.dev.yaml"), "utf8");
        expect((await act("up")).succeeded).toBe(true);
        expect((await act("destroy")).succeeded).toBe(true);
        expect(fs.readFileSync(path.join(folder, "stacks", "Pulumi.dev.yaml"), "utf8")).toBe(before);
        expect(fs.readdirSync(path.join(folder, "stacks"))).toEqual(["Pulumi.dev.yaml"]);
        const { folder: own } = pulumi.workspace;
        await pulumi.close();
        expect(fs.existsSync(own)).toBe(false);
    });

    it("is ended with everything that it has started when the run is interrupted", async () => {
        await open("hang");
        const interrupt = new AbortController();
        let hangs = false;
        const running = pulumi.act(
            { action: "up" },
            (event) => (hangs ||= event.resourcePreEvent?.metadata.urn.endsWith("::widget") === true),
            interrupt.signal,
        );
        running.catch(() => undefined);
        await eventually("the program hangs", () => hangs, 60);
        const { folder: own } = pulumi.workspace;
        expect(using(own).length).toBeGreaterThan(2);
        interrupt.abort();
        await expect(running).rejects.toThrow(new EngineError("the run was interrupted"));
        await eventually("everything has ended", () => using(own).length === 0, 10);
    });

    it("does not outlive a process that is killed", async () => {
        fs.writeFileSync(path.join(folder, "stacks", "Pulumi.dev.yaml"), `config:\n  tiny:mode: hang\n`);
        const options = { cli: engine.cli, projectDir: folder, stack: "dev", kubeconfig: path.join(folder, "kubeconfig") };
        const code = `
            const { PulumiEngine } = require("./rehearsal/pulumi/engine");
            PulumiEngine.open(${JSON.stringify(options)}).then((engine) => {
                console.log(engine.workspace.folder);
                engine.act({ action: "up" }, (e) => e.resourcePreEvent?.metadata.urn.endsWith("::widget") && console.log("hangs"));
            });`;
        const child = spawn(process.execPath, ["-r", path.join(ROOT, "typescript.js"), "-e", code], {
            cwd: ROOT,
            stdio: ["ignore", "pipe", "inherit"],
        });
        let said = "";
        child.stdout.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
        await eventually("the program hangs", () => said.includes("hangs"), 60);
        const own = said.split("\n")[0]!;
        expect(using(own).length).toBeGreaterThan(2);
        child.kill("SIGKILL");
        await eventually("everything has ended", () => using(own).length === 0, 15);
        await eventually("its folder is gone", () => !fs.existsSync(own), 5);
    });
});

/** The processes that have a folder in their environment or as their working directory. */
function using(folder: string): number[] {
    return fs
        .readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
        .map(Number)
        .filter((pid) => {
            try {
                return isAlive(pid) && fs.readFileSync(`/proc/${pid}/environ`, "utf8").includes(folder);
            } catch {
                return false;
            }
        });
}
