/** No secret is told: whatever the engine, the cluster or the environment holds as one is searched for in all that is shown. */
import path from "node:path";

import { Progress } from "../cli/progress";
import { Terminal } from "../cli/terminal";
import { printPlan } from "../cli/views/plan";
import { printAgain, printDestroyed, printRehearsal, printVerdict } from "../cli/views/rehearsal";
import { stateToJson } from "../rehearsal/engine/state";
import { Secret, type Value } from "../rehearsal/values";
import { plan } from "../rehearsal/plan";
import { htmlReport } from "../rehearsal/report/html";
import { resultJson } from "../rehearsal/report/json";
import { sarifReport } from "../rehearsal/report/sarif";
import type { OnEvent } from "../rehearsal/rehearse";
import { openSession } from "../simulator/rehearse";
import type { Plan } from "../rehearsal/result";
import { parseFault } from "../simulator/faults";
import { sourceOf } from "../cli/stackSource";
import { Project } from "./project";

jest.setTimeout(120_000);

/** What somebody who deploys has in the environment. */
const ENVIRONMENT = {
    VAULT_TOKEN: "hvs.planted-vault-token-51c2",
    AWS_SECRET_ACCESS_KEY: "planted/aws/secret/key/7d90",
    PULUMI_CONFIG_PASSPHRASE: "planted passphrase 3f11",
    HF_TOKEN: "hf_planted_token_88ab",
};
/** What somebody has brought to the cluster, and the stack names. */
const CLIENT_SECRET = "planted-client-secret-e0a7";
/** Stands beside secrets, and is none: names of users, and what the simulator writes where a product makes something up. */
const PUBLIC = new Set(["free-user", "premium-user", "enterprise-user", "rehearsal"]);
const POLICIES = path.join(__dirname, "../policy");

const keycloak = {
    name: "keycloak",
    issuer: "https://sso.example.com/realms/maas",
    clientId: "openshift",
    clientSecret: { secret: "keycloak-client" },
};

let project: Project;
beforeEach(() => {
    project = new Project();
    Object.assign(process.env, ENVIRONMENT);
});
afterEach(() => {
    Object.keys(ENVIRONMENT).forEach((name) => delete process.env[name]);
    project.remove();
});

it.each<[string, object, string[]]>([
    ["users whose passwords are in Vault", { store: "vault", vault: { address: "https://vault.example.com:8200" } }, []],
    ["users whose passwords are in the cluster, and others of Keycloak", { store: "kubernetes", openid: [keycloak] }, []],
    [
        "a Vault that lets nobody in",
        { store: "vault", vault: { address: "https://vault.example.com:8200" } },
        ["not-ready:ClusterSecretStore/maas-maas-7x2kq"],
    ],
])("is in nothing that is told of %s", async (_what, identity, faults) => {
    const stack = project.change((s) => (s.identity = { users: s.identity.users, ...identity }));
    const shown = new Map<string, string>();
    const tell = (what: string, text: string): void => void shown.set(what, (shown.get(what) ?? "") + text);
    const terminal = (what: string): Terminal =>
        new Terminal({ write: (text: string) => tell(what, text) }, { NO_COLOR: "1" }, false);
    const files = (what: string, result: Plan): void => {
        tell(`JSON of ${what}`, resultJson(result));
        tell(`HTML of ${what}`, htmlReport(result));
        tell(`SARIF of ${what}`, sarifReport(result, sourceOf(project.folder, stack)));
        tell(`diagnostics of ${what}`, result.diagnostics.map((d) => d.message).join("\n"));
    };
    const listener = (what: string): OnEvent => {
        const progress = new Progress(terminal(`progress of ${what}`), { clock: true, verbose: true });
        return (event) => {
            progress.take(event);
            tell(`events of ${what}`, JSON.stringify(event));
        };
    };

    const planned = await plan({
        projectDir: project.folder,
        stack,
        policyPack: POLICIES,
        onEvent: listener("the plan"),
    });
    printPlan(terminal("text of the plan"), terminal("errors of the plan"), planned, {
        policy: true,
        verbose: true,
        placeholders: [],
    });
    files("the plan", planned);

    const session = await openSession({
        projectDir: project.folder,
        stack,
        policyPack: POLICIES,
        continueOnError: true, // a failure must not hide what it does not reach
        faults: faults.map((fault) => parseFault(fault)),
        onEvent: listener("the rehearsal"),
    });
    try {
        await session.world.cluster.create(
            {
                apiVersion: "v1",
                kind: "Secret",
                metadata: { name: "keycloak-client", namespace: "openshift-config" },
                data: { clientSecret: base64(CLIENT_SECRET) },
            },
            { fieldManager: "somebody" },
        );
        const up = await session.up();
        expect(up.succeeded).toBe(faults.length === 0);
        const [out, err] = [terminal("text of the rehearsal"), terminal("errors of the rehearsal")];
        const how = { policy: true, verbose: true, byHand: undefined };
        printRehearsal(out, err, up, how);
        files("the rehearsal", up);
        const secrets = [
            ...Object.values(ENVIRONMENT),
            CLIENT_SECRET,
            ...session.state.resources.flatMap(({ inputs, outputs }) => [...secretsIn(inputs), ...secretsIn(outputs)]),
            ...(await session.world.cluster.list("v1", "Secret")).flatMap(({ data }) =>
                Object.entries((data ?? {}) as Record<string, string>)
                    .filter(([key]) => !key.endsWith(".crt"))
                    .flatMap(([, value]) => Buffer.from(value, "base64").toString().split("\n")),
            ),
        ].filter((secret) => secret.length >= 8 && !PUBLIC.has(secret));
        const marks = [...new Set(secrets.flatMap((secret) => [secret, base64(secret), encodeURIComponent(secret)]))];
        // For each user a password, its hash and a line of the file; the database's; what was planted.
        expect(new Set(secrets).size).toBeGreaterThan(15);
        tell("state", stateToJson(session.state, "a passphrase of the test"));

        printAgain(out, err, await session.up(), how);
        printDestroyed(out, err, await session.destroy(), how);
        printVerdict(out, err, up, true);

        const told = [...shown].flatMap(([what, text]) =>
            marks.filter((mark) => text.includes(mark)).map((mark) => `${what}: ${mark}`),
        );
        expect(told).toEqual([]);
        expect([...shown].filter(([what, text]) => text.length < 100 && !/^(errors|diagnostics)/.test(what))).toEqual([]);
    } finally {
        await session.close();
    }
});

function base64(text: string): string {
    return Buffer.from(text).toString("base64");
}

/** The text inside of what the engine holds as secret. */
function secretsIn(value: Value, secret = false): string[] {
    if (value instanceof Secret) {
        return secretsIn(value.value, true);
    }
    if (typeof value === "string") {
        return secret ? value.split("\n") : [];
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap((v) => secretsIn(v as Value, secret)) : [];
}
