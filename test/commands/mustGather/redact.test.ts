/** What `maas must-gather` writes has no secret in it. */
import { REDACTED, redacted, redactedText, valuesOf, withoutValues } from "../../../cli/mustGather/redact";

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
])("removes %s from texts", (_what, text, secret) => {
    expect(redactedText(text)).not.toContain(secret);
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
    const coded = (value: string): string => Buffer.from(value).toString("base64");
    const data = {
        password: coded("correct horse"),
        url: coded("postgres://maas:correct horse@db/maas"),
        username: coded("postgres-user"),
        "tls.crt": coded("-----BEGIN CERTIFICATE-----"),
        short: coded("abc"),
    };
    const values = valuesOf([{ kind: "Secret", data }, { kind: "Secret" }]);
    const text = `a correct horse, ${coded("correct horse")}, postgres://maas:correct horse@db/maas, postgres-user, -----BEGIN CERTIFICATE-----, abc`;
    expect(withoutValues(text, values)).toBe(
        `a ${REDACTED}, ${REDACTED}, ${REDACTED}, postgres-user, -----BEGIN CERTIFICATE-----, abc`,
    );
});
