/** What `maas must-gather` writes has no secret in it. */
import { REDACTED, Redactor } from "../../../cli/mustGather/redact";
import { SecretValues } from "../../../cli/mustGather/values";

const redactor = new Redactor();
const redacted = (object: object): object => redactor.object(object);
const coded = (value: string): string => Buffer.from(value).toString("base64");

it("keeps of a Secret the names of its keys", () => {
    const secret = {
        kind: "Secret",
        metadata: {
            name: "x",
            annotations: { "kubectl.kubernetes.io/last-applied-configuration": '{"data":{"a":"aHVudGVyMg=="}}' },
        },
        data: { b: "aHVudGVyMg==", a: "aHVudGVyMg==" },
        stringData: { c: "hunter2" },
    };
    expect(redacted(secret)).toEqual({
        kind: "Secret",
        metadata: { name: "x", annotations: {} },
        data: { a: REDACTED, b: REDACTED, c: REDACTED },
    });
});

it.each([
    ["a key of the MaaS API", "Authorization: Bearer sk-oai-abc_DEF123", "sk-oai-abc"],
    ["a token of OpenShift", "sha256~abcdefghijklmnopqrstuvwxyz012345", "abcdefghij"],
    ["a token of Vault", "hvs.CAESIabcdefghijklmnopqrstuv", "CAESI"],
    ["a token of a service account", "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJl.c2lnbmF0dXJl", "eyJpc3M"],
    ["an access key of AWS", "AKIAIOSFODNN7EXAMPLE", "IOSFODNN7"],
    ["a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "MIIE"],
    ["a private key that is cut off", "-----BEGIN PRIVATE KEY-----\nMIIE", "MIIE"],
    ["a password in an address", "postgres://maas:hunter2hunter2@db:5432/maas", "hunter2"],
    ["a password of an environment file", "DB_PASSWORD=hunter2hunter2", "hunter2"],
    ["a secret key of AWS", "aws_secret_access_key = wJalrXUtnFEMIK7MDENG", "wJalr"],
    ["a key of a kubeconfig", "client-key-data: LS0tLS1CRUdJTiBSU0E=", "LS0tLS1C"],
    ["a login of a registry", '{"auths":{"quay.io":{"auth":"dXNlcjpodW50ZXIy"}}}', "dXNlcjpo"],
    ["a basic login", "Authorization: Basic dXNlcjpodW50ZXIy", "dXNlcjpo"],
    ["a token of Argo CD in a log", 'level=info msg="grpc" token=eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhcmdv.c2lnbmF0dXJl', "eyJpc3M"],
    ["a token of Vault in an event", "403 for X-Vault-Token: hvs.CAESIabcdefghijklmnopqrstuv", "CAESI"],
    ["a key of a Route", "key: |\n  -----BEGIN EC PRIVATE KEY-----\n  MHcC\n  -----END EC PRIVATE KEY-----", "MHcC"],
    ["a password in a message", 'error: password="hunter2hunter2" is wrong', "hunter2"],
    ["a password with spaces", 'error: password="correct horse battery" is wrong', "battery"],
    ["a password with a quote in it", String.raw`{"password":"correct\"horse"}`, "horse"],
    ["a password in JSON that is a text of JSON", String.raw`{"msg":"{\"password\":\"correct horse\"}"}`, "horse"],
    ["a key in a list", "args: {'api_key': ['virtual-key-of-ann']}", "virtual"],
    ["a header as Go prints it", "map[X-Api-Key:[virtual-key-of-ann] Accept:[*/*]]", "virtual"],
    ["a header with a bearer as Go prints it", "map[Authorization:[Bearer abcdefghijkl]]", "abcdefghijkl"],
    ["a header without a scheme", "authorization: virtual-key-of-ann", "virtual"],
    ["a cookie", "Cookie: _oauth_proxy=abcdefgh; other=ijklmnop", "ijklmnop"],
    ["a login in an address that is a name alone", "https://abcdefghijklmnopqrstuvwxyz@git.example.com/x", "abcdefgh"],
    ["the signature of an address", "https://s3/x?X-Amz-Signature=abcdef0123456789&x=1", "abcdef01"],
    ["the password of a flag", "running: vault login --password hunter2hunter2", "hunter2"],
])("removes %s from texts and logs", (_what, text, secret) => {
    expect(redactor.text(text)).not.toContain(secret);
    expect(redactor.log(text)).not.toContain(secret);
    expect(JSON.stringify(redacted({ kind: "ConfigMap", data: { note: text } }))).not.toContain(secret);
});

it("removes the values of variables and fields whose names say it, and keeps references", () => {
    const container = {
        kind: "Pod",
        spec: {
            containers: [
                {
                    env: [
                        { name: "DB_PASSWORD", value: "hunter2" },
                        { name: "PORT", value: "8080" },
                        { name: "API_TOKEN", valueFrom: { secretKeyRef: { name: "tokens", key: "token" } } },
                    ],
                },
            ],
        },
        adminPassword: "hunter2",
    };
    const written = JSON.stringify(redacted(container));
    expect(written).not.toContain("hunter2");
    expect(written).toContain('"name":"PORT","value":"8080"');
    expect(written).toContain('"secretKeyRef":{"name":"tokens"');
});

it("leaves what is no secret as it is, without who wrote which field", () => {
    const object = {
        kind: "ConfigMap",
        metadata: { name: "x", managedFields: [{ manager: "a" }] },
        data: { a: "https://h/x?y=1" },
    };
    expect(redacted(object)).toEqual({ kind: "ConfigMap", metadata: { name: "x" }, data: { a: "https://h/x?y=1" } });
});

it("removes the values of Secrets wherever they stand, plain and in base64, but for what is public or common", () => {
    const data = {
        password: coded("correct horse"),
        url: coded("postgres://maas:correct horse@db/maas"),
        address: coded("https://maas.apps.example.com/v1"),
        username: coded("postgres-user"),
        "tls.crt": coded("-----BEGIN CERTIFICATE-----"),
        short: coded("abc"),
    };
    const values = new SecretValues([{ kind: "Secret", data }, { kind: "Secret" }, { kind: "Secret", data: null }]);
    const text = `a correct horse, ${coded("correct horse")}, postgres://maas:correct horse@db/maas, postgres-user, https://maas.apps.example.com/v1, -----BEGIN CERTIFICATE-----, abc`;
    expect(values.removedFrom(text, REDACTED)).toBe(
        `a ${REDACTED}, ${REDACTED}, ${REDACTED}, postgres-user, https://maas.apps.example.com/v1, -----BEGIN CERTIFICATE-----, abc`,
    );
});

it.each<[string, string, (value: string) => string]>([
    ["JSON", 'correct "horse"\\battery', JSON.stringify],
    [
        "JSON of Go",
        "correct<horse>&battery",
        (value) => value.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
    ],
    ["an address", "correct/horse battery", (value) => `postgres://maas:${encodeURIComponent(value)}@db`],
    ["a text that would be folded", `correct ${"horse ".repeat(30)}`.trim(), (value) => value],
])("removes the value of a Secret from %s", (_what, value, form) => {
    const known = new Redactor([{ kind: "Secret", data: { note: coded(value) } }]);
    const object = { kind: "ConfigMap", data: { note: form(value) } };
    expect([known.log(form(value)), JSON.stringify(known.object(object))]).toEqual([
        expect.not.stringMatching(/horse/),
        expect.not.stringMatching(/horse/),
    ]);
});

it("removes the telling lines of a value of several, and no common ones", () => {
    const known = new Redactor([{ kind: "Secret", data: { htpasswd: coded("apiVersion: v1\nann:$2y$05$abcdefghijklmnop\n") } }]);
    expect(known.log("line ann:$2y$05$abcdefghijklmnop of apiVersion: v1")).toBe(`line ${REDACTED} of apiVersion: v1`);
});

describe("in logs", () => {
    it("a private key is removed with its times, also one whose beginning is not there, and what follows stays", () => {
        const key = ["-----BEGIN PRIVATE KEY-----", "MIIEabcdefgh", "-----END PRIVATE KEY-----", "next"];
        const lines = key.map((line) => `2026-11-01T00:00:00Z ${line}`);
        expect(redactor.log(lines.join("\n"))).toBe(`2026-11-01T00:00:00Z ${REDACTED}\n2026-11-01T00:00:00Z next`);
        expect(redactor.log(lines.slice(1).join("\n"))).toBe(`${REDACTED}\n2026-11-01T00:00:00Z next`);
        const none = `a key begins with -----BEGIN PRIVATE KEY-----\n${"x\n".repeat(10_000)}the last line`;
        expect(redactor.log(none)).toMatch(/the last line$/);
    });

    it("an apostrophe hides no flag of another line", () => {
        expect(redactor.log("it can't\n--token abcdefgh\nit won't")).not.toContain("abcdefgh");
    });

    it("prompts and answers of vLLM are removed, and other words after prompt: stay", () => {
        const lines = [
            'INFO Received request cmpl-1: prompt: "it\'s", params: SamplingParams(n=1), prompt_token_ids: [1, 2], lora_request: None.',
            "INFO Generated response cmpl-1: output: 'it\\'s', output_token_ids: [3], finish_reason: stop",
            "the prompt: 'stays'",
        ];
        expect(redactor.log(lines.join("\n")).split("\n")).toEqual([
            `INFO Received request cmpl-1: prompt: ${REDACTED}, params: SamplingParams(n=1), prompt_token_ids: ${REDACTED}, lora_request: None.`,
            `INFO Generated response cmpl-1: output: ${REDACTED}, output_token_ids: ${REDACTED}, finish_reason: stop`,
            "the prompt: 'stays'",
        ]);
    });

    it("two megabytes with many Secrets take seconds, not minutes", () => {
        const data = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, coded(`value-of-secret-${i}`)]));
        const many = new Redactor([{ kind: "Secret", data }]);
        const line =
            '{"level":"info","ts":"2026-11-01T00:00:00Z","msg":"it\'s reconciling","token_count":17,"name":"value-of-secret-7"}\n';
        const text = line.repeat(Math.ceil((2 * 1024 * 1024) / line.length));
        const begin = performance.now();
        expect(many.log(text)).not.toContain("value-of-secret-7");
        expect(performance.now() - begin).toBeLessThan(20_000);
    });
});
