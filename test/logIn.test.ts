/** The log-in of the workflows (.github/actions/log-in), against a stand-in for GitHub and Vault. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const SCRIPT = path.join(__dirname, "../.github/actions/log-in/logIn.js");
const SERVER = "https://api.cluster.example.com:6443";

/** What was asked: method, address, headers that matter, body. */
interface Asked {
    readonly what: string;
    readonly token: unknown;
    readonly namespace: unknown;
    readonly body: unknown;
}

let folder: string;
let server: Server;
let address: string;
let asked: Asked[];
/** Answers by address, and the status where it is not 200. */
let answers: Record<string, readonly [body: object, status?: number]>;
beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "maas-log-in-"));
    writeFileSync(path.join(folder, "env"), "");
    asked = [];
    answers = {
        "GET /identity": [{ value: "job-jwt" }],
        "POST /v1/auth/jwt/login": [{ auth: { client_token: "vault-token" } }],
        "POST /v1/kubernetes/creds/maas-up": [{ data: { service_account_token: "cluster-token" } }],
    };
    server = createServer((request, response) => {
        let text = "";
        request.on("data", (part: Buffer) => (text += part.toString()));
        request.on("end", () => {
            const what = `${request.method} ${request.url}`;
            const { authorization, "x-vault-token": vault, "x-vault-namespace": namespace } = request.headers;
            asked.push({ what, token: authorization ?? vault, namespace, body: text === "" ? undefined : JSON.parse(text) });
            const [body, status = 200] = answers[what.split("?")[0]!] ?? [{ errors: ["no handler for route"] }, 404];
            response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
});

const oidc = (): Record<string, string> => ({
    ACTIONS_ID_TOKEN_REQUEST_URL: `${address}/identity?api-version=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
});

/** Runs the script as the action does. @returns its exit code, what it said, and what it left for later steps */
async function logIn(inputs: Record<string, string>, env = oidc()): Promise<{ code: number; out: string; left: string }> {
    const given = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`LOGIN_${name}`, value]));
    const child = spawn(process.execPath, [SCRIPT], {
        env: { PATH: process.env["PATH"], RUNNER_TEMP: folder, GITHUB_ENV: path.join(folder, "env"), ...env, ...given },
    });
    let out = "";
    child.stdout.on("data", (part: Buffer) => (out += part.toString()));
    child.stderr.on("data", (part: Buffer) => (out += part.toString()));
    const code = await new Promise<number>((resolve) => child.on("close", (c) => resolve(c!)));
    return { code, out, left: readFileSync(path.join(folder, "env"), "utf8") };
}

it("asks GitHub who the job is, Vault for a token, and Vault for one of the cluster", async () => {
    const result = await logIn({
        VAULT_ADDRESS: `${address}/`,
        VAULT_NAMESPACE: "admin",
        VAULT_ROLE: "maas-up",
        CLUSTER_SERVER: SERVER,
        CLUSTER_CA: "-----BEGIN CERTIFICATE-----",
    });
    expect(result.code).toBe(0);
    expect(asked).toEqual([
        {
            what: `GET /identity?api-version=2&audience=${encodeURIComponent(address)}`,
            token: "Bearer request-token",
            namespace: undefined,
            body: undefined,
        },
        {
            what: "POST /v1/auth/jwt/login",
            token: undefined,
            namespace: "admin",
            body: { role: "maas-up", jwt: "job-jwt" },
        },
        {
            what: "POST /v1/kubernetes/creds/maas-up",
            token: "vault-token",
            namespace: "admin",
            body: { kubernetes_namespace: "maas-ci", ttl: "3h" },
        },
    ]);
    const kubeconfig = path.join(folder, "kubeconfig");
    expect(result.left).toBe(`VAULT_ADDR=${address}\nVAULT_TOKEN=vault-token\nVAULT_NAMESPACE=admin\nKUBECONFIG=${kubeconfig}\n`);
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(kubeconfig, "utf8"))).toMatchObject({
        clusters: [
            {
                cluster: {
                    server: SERVER,
                    "certificate-authority-data": Buffer.from("-----BEGIN CERTIFICATE-----\n").toString("base64"),
                },
            },
        ],
        users: [{ user: { token: "cluster-token" } }],
    });
    // Each secret is told to the runner, to be hidden, and told nowhere else.
    expect(result.out).toBe("::add-mask::job-jwt\n::add-mask::vault-token\n::add-mask::cluster-token\n");
});

it("takes the kubeconfig that it is given, and needs no Vault for that", async () => {
    const result = await logIn({ KUBECONFIG: "given" }, {});
    expect([result.code, result.out, asked]).toEqual([0, "", []]);
    expect(result.left).toBe(`KUBECONFIG=${path.join(folder, "kubeconfig")}\n`);
    expect(readFileSync(path.join(folder, "kubeconfig"), "utf8")).toBe("given");
});

it("logs in to Vault beside a kubeconfig that it is given", async () => {
    const result = await logIn({ VAULT_ADDRESS: address, VAULT_ROLE: "maas-up", KUBECONFIG: "given" });
    expect([result.code, asked.length]).toEqual([0, 2]);
    expect(result.left).toContain("VAULT_TOKEN=vault-token\n");
    expect(readFileSync(path.join(folder, "kubeconfig"), "utf8")).toBe("given");
});

it("tells everything that is missing at once, and asks nobody", async () => {
    const result = await logIn({ VAULT_ADDRESS: "http://vault.example.com", VAULT_ROLE: "" }, {});
    expect(result.code).toBe(1);
    expect(result.out.trim().split("\n")).toEqual([
        expect.stringContaining("VAULT_ROLE is not set"),
        expect.stringContaining("VAULT_ADDRESS is http://vault.example.com: expected an https:// URL"),
        expect.stringContaining("`permissions: id-token: write`"),
        expect.stringContaining("there is no way to the cluster"),
    ]);
    expect(asked).toEqual([]);
    const alone = await logIn({ CLUSTER_SERVER: SERVER });
    expect([alone.code, alone.out]).toEqual([1, expect.stringContaining("VAULT_ADDRESS is not set")]);
});

it.each([
    ["GET /identity", "/identity: 403"],
    ["POST /v1/auth/jwt/login", "/v1/auth/jwt/login: 403 permission denied"],
    ["POST /v1/kubernetes/creds/maas-up", "/v1/kubernetes/creds/maas-up: 403 permission denied"],
])("tells who refused, and leaves nothing: %s", async (what, told) => {
    answers[what] = [{ errors: ["permission denied"] }, 403];
    const result = await logIn({ VAULT_ADDRESS: address, VAULT_ROLE: "maas-up", CLUSTER_SERVER: SERVER });
    expect([result.code, result.left]).toEqual([1, ""]);
    const said = result.out.split("\n").filter((line) => !line.startsWith("::add-mask::"));
    expect(said.join("\n")).toContain(told);
    expect(said.join("\n")).not.toMatch(/job-jwt|vault-token|request-token/);
});

it("tells an answer without a token, and a server that does not exist", async () => {
    answers["POST /v1/auth/jwt/login"] = [{}];
    const inputs = { VAULT_ADDRESS: address, VAULT_ROLE: "maas-up", CLUSTER_SERVER: SERVER };
    expect((await logIn(inputs)).out).toContain("Vault's login has none in its answer");
    const gone = await logIn({ ...inputs, VAULT_ADDRESS: "http://127.0.0.1:1" });
    expect([gone.code, gone.out]).toEqual([1, expect.stringContaining("http://127.0.0.1:1/v1/auth/jwt/login: ")]);
});
