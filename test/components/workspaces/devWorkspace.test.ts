/** What a DevWorkspace consists of, and what its commands do in a shell. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { devWorkspaceSpec, downloadExtension } from "../../../components/workspaces/devWorkspace";
import { quotaOf } from "../../../components/workspaces/quota";
import { DevWorkspacePatch } from "../../../kinds/workspace.devfile.io";
import { workspacesSchema } from "../../../stacks/schema/workspaces";

const URL_OF_DEV_SPACES = "https://devspaces.apps.cluster.example.com";

function spec(settings: object): any {
    const made = devWorkspaceSpec(workspacesSchema.parse(settings)!, URL_OF_DEV_SPACES);
    expect(DevWorkspacePatch.definition.body.safeParse({ spec: made }).error?.issues).toBeUndefined();
    return made;
}

/** What is merged into the container of the IDE. */
const assistantOf = (template: any) => template.components.find(({ name }: any) => name === "maas-assistant");
const environment = ({ container }: any): Record<string, string> =>
    Object.fromEntries(container.env.map(({ name, value }: any) => [name, value]));

describe("a workspace", () => {
    it("is not started, and has the IDE, the extension in its version and the page for beginners", () => {
        const { started, contributions, template } = spec({});
        expect(started).toBe(false);
        expect(contributions[0].uri).toContain("openshift-devspaces.svc.cluster.local:8080");
        expect(template.components.map(({ name }: any) => name)).toEqual(["tools", "maas-assistant", "continue-state"]);
        expect(template.components[0].container).toMatchObject({
            cpuLimit: "4",
            cpuRequest: "500m",
            memoryLimit: "6Gi",
            memoryRequest: "2Gi",
        });
        expect(environment(assistantOf(template))).toEqual({
            CHE_DASHBOARD_URL: `${URL_OF_DEV_SPACES}/dashboard/`,
            NODE_EXTRA_CA_CERTS: "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
            DEFAULT_EXTENSIONS: "/tmp/Continue.continue-1.3.38@linux-x64.vsix",
        });
        expect(template.events.postStart).toEqual(["getting-started", "download-extension"]);
        template.commands.forEach((command: any) => expect(command.exec.component).toBe("maas-assistant"));
    });

    it("has a volume where Continue writes beside its configuration", () => {
        const { template } = spec({});
        expect(assistantOf(template)).toMatchObject({
            attributes: {
                "controller.devfile.io/container-contribution": true,
                "controller.devfile.io/merge-contribution": false,
            },
            container: { volumeMounts: [{ name: "continue-state", path: "/home/user/.continue" }] },
        });
        expect(template.components.at(-1)).toEqual({ name: "continue-state", volume: {} });
    });

    it("says which folders the IDE opens before it downloads: the IDE may run already", () => {
        const { commands, events } = spec({}).template;
        expect(events.postStart[0]).toBe("getting-started");
        expect(commands[0].exec.commandLine).not.toContain("curl");
        // Releases that sort commands by name run that of the IDE last.
        expect([...events.postStart, "init-che-code-command"].sort().at(-1)).toBe("init-che-code-command");
    });

    it("leaves the version to the embedded registry", () => {
        const { template } = spec({ assistant: { registry: "embedded" } });
        expect(environment(assistantOf(template))).not.toHaveProperty("DEFAULT_EXTENSIONS");
        expect(template.events.postStart).toEqual(["getting-started"]);
    });

    it.each([
        ["any devfile in git", {}, undefined],
        [
            "the container of a devfile in git that the settings name",
            { component: "dev" },
            [{ name: "dev", attributes: { "controller.devfile.io/merge-contribution": true } }],
        ],
    ])("adds the assistant to %s", (_, given, marked) => {
        const devfile = { repository: "https://github.com/acme/tools.git", revision: "v2", ...given };
        const { template } = spec({ devfile });
        expect(template.parent.uri).toBe("https://raw.githubusercontent.com/acme/tools/v2/devfile.yaml");
        expect(template.parent.components).toEqual(marked);
        expect(template.components.map(({ name }: any) => name)).toEqual(["maas-assistant", "continue-state"]);
        expect(environment(assistantOf(template))).toHaveProperty("NODE_EXTRA_CA_CERTS");
        expect(template.events.postStart).toEqual(["getting-started", "download-extension"]);
    });

    it("consists of the containers of the settings, the IDE's first", () => {
        const { template } = spec({
            repository: { url: "https://github.com/acme/exercises.git", revision: "v1" },
            devfile: {
                containers: [
                    { name: "dev", ports: [8080], env: [{ name: "STAGE", value: "dev" }] },
                    { name: "database", image: "registry.example.com/postgresql:16", memory: "1Gi" },
                ],
                commands: [
                    { id: "build", commandLine: "make", workingDir: "/projects/exercises", group: "build" },
                    { id: "seed", component: "database", commandLine: "psql -f seed.sql" },
                ],
                postStart: ["seed"],
            },
        });
        const [dev, database, ...others] = template.components;
        expect(others.map(({ name }: any) => name)).toEqual(["maas-assistant", "continue-state"]);
        expect(dev.container).toMatchObject({
            image: "registry.redhat.io/devspaces/udi-rhel9:3.25.0",
            endpoints: [{ name: "port-8080", targetPort: 8080, exposure: "public" }],
        });
        expect(dev.container.env).toEqual([{ name: "STAGE", value: "dev" }]);
        expect(database.container).toMatchObject({ memoryLimit: "1Gi", cpuLimit: "4", env: [] });
        expect(template.commands.slice(2)).toEqual([
            {
                id: "build",
                exec: { component: "dev", commandLine: "make", workingDir: "/projects/exercises", group: { kind: "build" } },
            },
            { id: "seed", exec: { component: "database", commandLine: "psql -f seed.sql" } },
        ]);
        expect(template.events.postStart).toEqual(["getting-started", "download-extension", "seed"]);
    });
});

it.each([
    // The IDE adds half a CPU and 1 GiB, Dev Spaces a container with half a CPU and 256 MiB.
    ["one workspace", {}, { "limits.cpu": "10000m", "limits.memory": "14848Mi", "requests.storage": "10Gi" }],
    [
        "its containers",
        { devfile: { containers: [{ name: "dev" }, { name: "database", cpu: "1", memory: "1Gi" }] } },
        { "limits.cpu": "12000m", "limits.memory": "16896Mi", "requests.storage": "10Gi" },
    ],
    [
        "two, each with a volume",
        { runningPerUser: 2, cpu: { limit: "500m" }, storage: { strategy: "per-workspace" } },
        { "limits.cpu": "6000m", "limits.memory": "29696Mi", "requests.storage": "30Gi" },
    ],
    [
        "what the settings say",
        { quota: { cpu: "6", memory: "9Gi", storageGiB: 7 } },
        { "limits.cpu": "6", "limits.memory": "9Gi", "requests.storage": "7Gi" },
    ],
])("the quota has room for %s", (_, settings, quota) => {
    expect(quotaOf(workspacesSchema.parse(settings)!)).toEqual(quota);
});

const shell = spawnSync("curl", ["--version"]).status === 0;
if (!shell) {
    process.stderr.write("SKIPPED: the commands of workspaces, which need curl\n");
}

(shell ? describe : describe.skip)("in a shell", () => {
    let folder: string;
    let server: Server;
    let asked: string[];

    beforeEach(async () => {
        folder = mkdtempSync(path.join(tmpdir(), "workspace-"));
        asked = [];
        server = createServer((request, response) => {
            asked.push(request.url!);
            response.statusCode = request.url!.includes("missing") ? 404 : 200;
            response.end("an extension");
        });
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    });
    afterEach(async () => {
        await new Promise((done) => server.close(done));
        rmSync(folder, { recursive: true });
    });

    /** Runs a command as the DevWorkspace operator wraps it: devfile/devworkspace-operator@f91eefe:pkg/library/lifecycle/poststart.go. */
    async function run(commandLine: string): Promise<{ code: number | null; output: string }> {
        const child = spawn("/bin/sh", ["-c", `{\n${commandLine}\n} 2>&1`], {
            env: { PATH: process.env["PATH"]!, PROJECTS_ROOT: folder },
        });
        let output = "";
        child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
        return { code: await new Promise((done) => child.on("close", done)), output };
    }

    it("the extension is downloaded once, and a registry that has it not ends no container", async () => {
        const file = `test-${path.basename(folder)}@linux-x64.vsix`;
        const at = (name: string) => ({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`, file });
        const missing = await run(downloadExtension(at("missing")));
        expect(missing.code).toBe(0);
        expect(missing.output).toContain(`${file} was not downloaded`);
        expect(existsSync(`/tmp/${file}`)).toBe(false);
        expect(await run(downloadExtension(at("file")))).toEqual({ code: 0, output: "" });
        expect(await run(downloadExtension(at("again")))).toEqual({ code: 0, output: "" });
        expect(readFileSync(`/tmp/${file}`, "utf8")).toBe("an extension");
        expect(asked).toEqual(["/missing", "/file"]);
        // The IDE has noted what it has installed.
        rmSync(`/tmp/${file}`);
        writeFileSync(path.join(folder, ".default-extensions"), `/tmp/other.vsix\n/tmp/${file}`);
        expect(await run(downloadExtension(at("installed")))).toEqual({ code: 0, output: "" });
        expect(asked).toHaveLength(2);
        rmSync(path.join(folder, ".default-extensions"));
        expect(await run(downloadExtension(at("file")))).toEqual({ code: 0, output: "" });
        rmSync(`/tmp/${file}`);
    });

    it("the page for beginners is a folder of the IDE, unless its user has chosen others", async () => {
        const [command] = spec({ assistant: { registry: "embedded" } }).template.commands;
        const file = path.join(folder, ".code-workspace");
        expect(await run(command.exec.commandLine)).toEqual({ code: 0, output: "" });
        expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
            folders: [{ name: "Getting started", path: "/home/user/getting-started" }],
        });
        writeFileSync(file, "{}");
        await run(command.exec.commandLine);
        expect(readFileSync(file, "utf8")).toBe("{}");
        rmSync(folder, { recursive: true });
        expect((await run(command.exec.commandLine)).code).toBe(0);
        await run(`mkdir "${folder}"`);
    });
});
