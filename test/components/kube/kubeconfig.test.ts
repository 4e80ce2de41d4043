import { mkdirSync, readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";

import { clusterFacts } from "../../../components/cluster";
import { Kube, KubeError } from "../../../components/kube";
import { loopbackCertificate } from "../../../rehearsal/cluster/certificate";
import { Kubeconfigs, listening } from "./kubeconfigs";

const files = new Kubeconfigs();
const { KUBECONFIG: kubeconfigBefore, HOME: homeBefore } = process.env;

afterEach(() => {
    for (const [name, before] of Object.entries({ KUBECONFIG: kubeconfigBefore, HOME: homeBefore })) {
        if (before === undefined) {
            delete process.env[name];
        } else {
            process.env[name] = before;
        }
    }
});
afterAll(() => files.remove());

/** The message of a KubeError, which is one line and holds no token. */
async function refusal(work: () => Promise<unknown>): Promise<string> {
    const error = await work().then(
        () => new Error("it was not refused"),
        (e: Error) => e,
    );
    expect(error).toBeInstanceOf(KubeError);
    expect(error.message).not.toMatch(/\n|s3cret/);
    return error.message;
}

const user = { name: "ann", user: { token: "s3cret-token" } };
const cluster = (name: string, server = "https://127.0.0.1:1", more = {}) => ({ name, cluster: { server, ...more } });
const context = (name: string, of: object = { cluster: name, user: "ann" }) => ({ name, context: of });

describe("a kubeconfig that leads nowhere is told in one line, with the file and what to do", () => {
    it("none at all", async () => {
        delete process.env["KUBECONFIG"];
        process.env["HOME"] = files.folder;
        expect(await refusal(() => Kube.connect())).toBe(
            `there is no kubeconfig: KUBECONFIG is not set, and ${files.folder}/.kube/config does not exist; log in (oc login), or set KUBECONFIG to a kubeconfig`,
        );
        expect(await refusal(() => Kube.connect("prod"))).toContain('(context "prod" was requested)');
    });

    it("the null device, as in a plan", async () => {
        process.env["KUBECONFIG"] = os.devNull;
        expect(await refusal(() => Kube.connect())).toMatch(
            /^KUBECONFIG is the null device, as in a plan, so the program connects to no cluster; /,
        );
    });

    it.each([
        ["that is missing", undefined, /^there is no kubeconfig: \S+\/config does not exist; log in \(oc login\)/],
        ["that is empty", "", /^the kubeconfig \S+\/config is empty; log in \(oc login\)/],
        ["that has comments only", "# nothing\n", /^the kubeconfig \S+\/config has no content of a kubeconfig; /],
        ["that is something else", "hello\n", /^\S+\/config names no current context; it has none: choose one/],
        [
            "that is no YAML, without quoting it",
            "users: [{name: ann,\n user: {token: s3cret-token\ncontexts: [\n",
            /^the kubeconfig \S+\/config is no YAML \(line \d+: [^)]+\); log in/,
        ],
    ])("one %s", async (_, content, message) => {
        const own = new Kubeconfigs();
        try {
            const file = path.join(own.folder, "config");
            if (content !== undefined) {
                own.write("config", content);
            }
            expect(await refusal(() => Kube.connect(undefined, file))).toMatch(message);
            process.env["KUBECONFIG"] = file;
            expect(await refusal(() => Kube.connect())).toMatch(message);
        } finally {
            own.remove();
        }
    });

    it("a folder", async () => {
        mkdirSync(path.join(files.folder, "folder"));
        expect(await refusal(() => Kube.connect(undefined, path.join(files.folder, "folder")))).toMatch(
            /^the kubeconfig \S+\/folder cannot be read \(EISDIR\)/,
        );
    });

    it.each([
        [
            "one that does not exist, with the nearest",
            "prdo",
            /^there is no context "prdo" in \S+; it has "prod".*; did you mean "prod"\?: choose one/,
        ],
        [
            "one without a cluster",
            "lone",
            /^there is no context "lone" in .*\(the kubeconfig \S+ is wrong: contexts\[1\]\.context\.cluster is missing\)$/,
        ],
        [
            "one whose cluster and user do not exist",
            "astray",
            /^context "astray" of \S+ names cluster "x" and user "bob", which do not exist; log in again/,
        ],
        ["one whose server is no address", "nonsense", /^context "nonsense" of \S+: server "nonsense" is not an https address/],
        ["one whose server is not https", "plain", /^context "plain" of \S+: server http:\/\/127\.0\.0\.1:1 is not https/],
        [
            "one whose authority does not exist",
            "unsigned",
            /^context "unsigned" of \S+: ENOENT: no such file or directory, open '\/nowhere\/ca\.crt'; log in again/,
        ],
        ["one whose program does not exist", "program", /^context "program" of \S+: spawn no-such-program ENOENT; log in again/],
    ])("a context: %s", async (_, name, message) => {
        const file = files.write("contexts", {
            clusters: [
                cluster("prod"),
                cluster("plain", "http://127.0.0.1:1"),
                cluster("nonsense", "nonsense"),
                cluster("unsigned", undefined, { "certificate-authority": "/nowhere/ca.crt" }),
            ],
            users: [user, { name: "program", user: { exec: { command: "no-such-program" } } }],
            contexts: [
                context("prod"),
                context("lone", { user: "ann" }),
                context("astray", { cluster: "x", user: "bob" }),
                ...["plain", "nonsense", "unsigned"].map((each) => context(each)),
                context("program", { cluster: "prod", user: "program" }),
            ],
        });
        expect(await refusal(() => Kube.connect(name, file))).toMatch(message);
    });

    it("no current context", async () => {
        const file = files.write("none", { clusters: [cluster("a")], users: [user], contexts: [context("a")] });
        expect(await refusal(() => Kube.connect(undefined, file))).toMatch(
            /^\S+\/none names no current context; it has "a": choose one \(oc config use-context, or cluster\.context in the stack file\)/,
        );
    });

    it("to whoever previews a stack that leaves facts of the cluster out", async () => {
        process.env["KUBECONFIG"] = files.write("void", "");
        await expect(clusterFacts({ ami: "ami-1" } as unknown as Parameters<typeof clusterFacts>[0])).rejects.toThrow(
            /^cluster\.domain, cluster\.region, cluster\.infrastructureName, cluster\.zones are not in the stack file and could not be read from the cluster: the kubeconfig \S+\/void is empty; log in \(oc login\), or set KUBECONFIG to another\. You can also set the missing values in the stack file\.$/,
        );
    });
});

describe("several files in KUBECONFIG", () => {
    it("are read as one; what the first of them says counts, and what does not exist is passed over", async () => {
        const server = http.createServer((request, response) => {
            response.end(JSON.stringify({ gitVersion: request.headers.authorization }));
        });
        const port = await listening(server);
        try {
            const here = cluster("a", `http://127.0.0.1:${port}`, { "insecure-skip-tls-verify": true });
            process.env["KUBECONFIG"] = [
                path.join(files.folder, "not-found"),
                files.write("first", { "current-context": "a", clusters: [here], contexts: [context("a")] }),
                files.write("second", { "current-context": "b", clusters: [cluster("a", "https://127.0.0.1:2")], users: [user] }),
            ].join(path.delimiter);
            expect(await (await Kube.connect()).version()).toBe("Bearer s3cret-token");
        } finally {
            server.close();
        }
    });
});

describe("a cluster that does not let in is told in one line, with the context and what to do", () => {
    it("when nobody is there", async () => {
        const server = http.createServer();
        const port = await listening(server);
        await new Promise((resolve) => server.close(resolve));
        const kube = await Kube.connect(undefined, files.to(`https://127.0.0.1:${port}`));
        expect(await refusal(() => kube.version())).toMatch(
            /^the cluster at 127\.0\.0\.1:\d+ cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:\d+ \(context "test" of \S+\); check that it runs .*oc login/,
        );
    });

    it("when the token has expired", async () => {
        const server = http.createServer((_, response) =>
            response.writeHead(401).end(JSON.stringify({ kind: "Status", message: "Unauthorized", code: 401 })),
        );
        const port = await listening(server);
        try {
            const kube = await Kube.connect(
                undefined,
                files.to(`http://127.0.0.1:${port}`, { "insecure-skip-tls-verify": true }),
            );
            for (const ask of [() => kube.version(), () => kube.get({ apiVersion: "v1", plural: "nodes" }, "x")]) {
                expect(await refusal(ask)).toMatch(
                    /^the cluster at 127\.0\.0\.1:\d+ does not accept the login of context "test" of \S+ \(401 Unauthorized\): log in again \(oc login\)$/,
                );
            }
        } finally {
            server.close();
        }
    });

    it("when something else answers", async () => {
        const server = http.createServer((_, response) => response.end("<html>Log in to the proxy</html>"));
        const port = await listening(server);
        try {
            const kube = await Kube.connect(
                undefined,
                files.to(`http://127.0.0.1:${port}`, { "insecure-skip-tls-verify": true }),
            );
            expect(await refusal(() => kube.version())).toMatch(/ is not a Kubernetes API server: HTTP 200, and no JSON$/);
            const secure = await Kube.connect(undefined, files.to(`https://127.0.0.1:${port}`));
            expect(await refusal(() => secure.version())).toMatch(
                /^the cluster at \S+ \(context "test" of \S+\) does not use TLS$/,
            );
        } finally {
            server.close();
        }
    });

    it("when its certificate is not the one that is trusted; a wait does not go on then", async () => {
        const server = https.createServer(loopbackCertificate(), (_, response) => response.end("{}"));
        const port = await listening(server);
        try {
            const other = Buffer.from(loopbackCertificate().cert).toString("base64");
            for (const trust of [{}, { "certificate-authority-data": other }]) {
                const kube = await Kube.connect(undefined, files.to(`https://127.0.0.1:${port}`, trust));
                expect(await refusal(() => kube.until({ apiVersion: "v1", plural: "nodes" }, "x", () => 1, Infinity))).toMatch(
                    /^the cluster at 127\.0\.0\.1:\d+ presents a certificate that context "test" of \S+ does not trust: .*; log in again \(oc login\), or correct certificate-authority in it$/,
                );
            }
        } finally {
            server.close();
        }
    });
});

describe("a kubeconfig is taken as Pulumi's provider takes it", () => {
    const config = { clusters: [cluster("prod")], users: [user], contexts: [context("prod")], "current-context": "prod" };
    const yaml =
        "clusters: [{name: prod, cluster: {server: https://127.0.0.1:1}}]\nusers: [{name: ann, user: {token: s3cret-token}}]\n" +
        "contexts: [{name: prod, context: {cluster: prod, user: ann}}]\ncurrent-context: prod\n";
    const content = JSON.stringify(config);

    it.each([
        ["a file", () => files.write("whole", config)],
        ["a file of the home folder", () => (files.write("at-home", config), (process.env["HOME"] = files.folder), "~/at-home")],
        ["content in JSON", () => content],
        ["content in YAML", () => yaml],
    ])("%s", async (_, given) => {
        process.env["KUBECONFIG"] = "/nowhere";
        const kube = await Kube.connect(undefined, given());
        expect([kube.access.name, kube.bearerToken()]).toEqual(["prod", "s3cret-token"]);
    });

    it("nothing that is empty, as some SDKs send it", async () => {
        process.env["KUBECONFIG"] = files.write("from-environment", config);
        expect((await Kube.connect(undefined, "")).access.name).toBe("prod");
    });

    it("and told of without quoting its content", async () => {
        expect(await refusal(() => Kube.connect("other", content))).toMatch(
            /^there is no context "other" in the kubeconfig given as text; it has "prod"/,
        );
        expect(await refusal(() => Kube.connect(undefined, "users: [{name: ann,\n user: {token: s3cret-token\n"))).toMatch(
            /^the kubeconfig given as text is no YAML \(line \d+: /,
        );
        expect(await refusal(() => Kube.connect(undefined, "/nowhere/config"))).toMatch(
            /^there is no kubeconfig: \/nowhere\/config does not exist/,
        );
    });
});

it("a program that logs in and never ends is ended", async () => {
    const file = files.write("hangs", {
        clusters: [cluster("prod")],
        users: [{ name: "hanging", user: { exec: { command: process.execPath, args: ["-e", program()] } } }],
        contexts: [context("prod", { cluster: "prod", user: "hanging" })],
        "current-context": "prod",
    });
    expect(await refusal(() => Kube.connect(undefined, file, { logIn: 1500 }))).toMatch(
        /^context "prod" of \S+: no login within 1\.5 s; log in again \(oc login\)$/,
    );
    const pid = Number(readFileSync(path.join(files.folder, "pid"), "utf8"));
    const alive = (): boolean => {
        try {
            return process.kill(pid, 0);
        } catch {
            return false;
        }
    };
    for (let i = 0; i < 100 && alive(); i++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(alive()).toBe(false);
});

/** Says which process it is, and hangs. */
function program(): string {
    const file = JSON.stringify(path.join(files.folder, "pid"));
    return `require("node:fs").writeFileSync(${file}, String(process.pid)); setInterval(() => undefined, 1000);`;
}
