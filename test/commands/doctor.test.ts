import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { checkIds } from "../../catalogue/preconditions";
import { Terminal } from "../../cli/terminal";
import { printFindings } from "../../cli/views/doctor";
import type { Finding } from "../../components/preconditions/run";
import { Project } from "../project";
import { inProcess, withFolder } from "./helper";

it("lists every check of the simulated cluster, and what only AWS can tell", async () => {
    const { code, out, err } = await inProcess("doctor", "code-assistant", "--rehearsal");
    expect([code, err]).toEqual([0, ""]);
    for (const id of checkIds) {
        expect(out).toMatch(new RegExp(`^  ${id} +(passed|unknown) `, "m"));
    }
    expect(out).toMatch(/quotas: unknown\n +why +machines beyond a quota fail permanently/);
    expect(out).toMatch(/Ready\. 2 checks without a result; see above\. To deploy: pulumi up --stack code-assistant/);
});

it("writes the findings to a file, and changes nothing of them between runs", async () => {
    await withFolder(async (folder) => {
        const file = path.join(folder, "findings.json");
        await inProcess("doctor", "code-assistant", "--rehearsal", "--json", file, "--quiet");
        const first = readFileSync(file, "utf8");
        const result = JSON.parse(first) as { ready: boolean; cluster: string; findings: { id: string; why: string }[] };
        expect([result.ready, result.cluster]).toEqual([true, "rehearsal"]);
        expect(result.findings.map(({ id }) => id)).toEqual(checkIds);
        await inProcess("doctor", "code-assistant", "--rehearsal", "--json", file, "--quiet");
        expect(readFileSync(file, "utf8")).toBe(first);
    });
});

it.each([
    ["llm-d", ["Secret llm-d-pipelines/object-storage", "Secret llm-d-demo/litellm-credentials"]],
    ["code-assistant", []],
])("names what somebody else brings to %s, and is ready without", async (stack, secrets) => {
    const { code, out } = await inProcess("doctor", stack, "--rehearsal");
    expect(code).toBe(0);
    expect(out.includes(`Brought by others: ${secrets.length}`)).toBe(secrets.length > 0);
    for (const secret of secrets) {
        const [namespace, name] = secret.replace("Secret ", "").split("/");
        expect(out).toMatch(
            new RegExp(
                `^  ${secret}\n +\`up\` creates namespace ${namespace} and waits .* for Secret ${name}; then, or before the next \`up\`: oc create secret generic ${name} -n ${namespace} --from-file=`,
                "m",
            ),
        );
    }
    expect(out.includes("2 objects of others not seen; see above.")).toBe(secrets.length > 0);
});

it("says that it does not know what others bring to a stack that cannot be planned", () => {
    let out = "";
    const terminal = new Terminal({ write: (t: string) => (out += t) }, { NO_COLOR: "1" });
    printFindings(terminal, terminal, [], { stack: "mine", rehearsal: false, awaited: undefined });
    expect(out).toContain("Brought by others\n  not known: the stack cannot be planned (maas plan mine)\n");
});

describe("ends with 1", () => {
    const project = new Project();
    afterAll(() => project.remove());

    it("and what to do, when something is in the way", () =>
        withFolder(async (folder) => {
            const file = path.join(folder, "d.json");
            const stack = project.change((s) => {
                s.cluster.domain = "ai.example.org";
                s.identity.vault.kubernetes = { host: "https://api.cluster.example.org:6443" };
                s.cluster.acceptFailing = ["apps-domain"];
            });
            await inProcess("doctor", stack, "--rehearsal", "--project", project.folder, "--json", file);
            const { findings } = JSON.parse(readFileSync(file, "utf8")) as { findings: Finding[] };
            const said = { out: "", err: "" };
            const terminal = (to: "out" | "err"): Terminal =>
                new Terminal({ write: (t: string) => (said[to] += t) }, { NO_COLOR: "1" });
            // Of a stack that gives no domain: the settings would refuse this one.
            printFindings(
                terminal("out"),
                terminal("err"),
                findings.map((finding) => ({ ...finding, accepted: false })),
                { stack, rehearsal: true, awaited: [] },
            );
            expect(said.err).toBe("Not ready: apps-domain.\n");
            expect(said.out).toMatch(/apps-domain: failed\n +why .*\n +remedy +a wildcard for \*\.ai\.example\.org must exist/);
        }));

    it("and the exit code, when the settings are refused", async () => {
        const stack = project.change((s) => (s.cluster.domain = "ai.example.org"));
        const { code, err } = await inProcess("doctor", stack, "--rehearsal", "--project", project.folder);
        expect([code, err]).toEqual([1, expect.stringContaining("does not begin with apps.")]);
    });

    it("but not for what the stack accepts", async () => {
        const stack = project.change((s) => {
            s.cluster.domain = "ai.example.org";
            s.identity.vault.kubernetes = { host: "https://api.cluster.example.org:6443" };
            s.cluster.acceptFailing = ["apps-domain"];
        });
        const { code, out } = await inProcess("doctor", stack, "--rehearsal", "--project", project.folder);
        expect(code).toBe(0);
        expect(out).toMatch(/apps-domain +accepted /);
    });

    it("and the problems, when the settings are wrong", async () => {
        const stack = project.change((s) => (s.models[0].pool = "l40"));
        const { code, err } = await inProcess("doctor", stack, "--rehearsal", "--project", project.folder);
        expect(code).toBe(1);
        expect(err).toMatch(/models\[0\]\.pool: "l40" is not a GPU pool/);
    });

    describe("and one line with what to do, when the cluster cannot be asked:", () => {
        const before = process.env["KUBECONFIG"];
        afterEach(() => {
            if (before === undefined) {
                delete process.env["KUBECONFIG"];
            } else {
                process.env["KUBECONFIG"] = before;
            }
        });

        it.each([
            [
                "no kubeconfig",
                undefined,
                /^Cannot connect to the cluster: there is no kubeconfig: \S+\/none does not exist; log in \(oc login\), .*\.\n$/,
            ],
            [
                "an empty one",
                "",
                /^Cannot connect to the cluster: the kubeconfig \S+\/none is empty; log in \(oc login\), .*\.\n$/,
            ],
            [
                "nobody there",
                JSON.stringify({
                    "current-context": "c",
                    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
                    users: [{ name: "c", user: { token: "s3cret" } }],
                    contexts: [{ name: "c", context: { cluster: "c", user: "c" } }],
                }),
                /^Cannot connect to the cluster: the cluster at 127\.0\.0\.1:1 cannot be reached: .*\(context "c" of \S+\/none\); .*oc login.*\.\n$/,
            ],
        ])("%s", async (_, content, message) => {
            await withFolder(async (folder) => {
                const kubeconfig = path.join(folder, "none");
                process.env["KUBECONFIG"] = kubeconfig;
                if (content !== undefined) {
                    writeFileSync(kubeconfig, content);
                }
                const file = path.join(folder, "findings.json");
                const { code, out, err } = await inProcess("doctor", "code-assistant", "--quiet", "--json", file);
                expect([code, out]).toEqual([1, ""]);
                expect(err).toMatch(message);
                expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ ready: false });
            });
        });
    });
});

it("ends with 2 for a stack that does not exist, with the nearest", async () => {
    const { code, err } = await inProcess("doctor", "code-asistant", "--rehearsal");
    expect(code).toBe(2);
    expect(err).toMatch(/there is no stack "code-asistant".*did you mean "code-assistant"\?/);
});
