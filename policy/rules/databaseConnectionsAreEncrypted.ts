import { podKinds, variables } from "../pods";
import { resourceRule } from "../rule";
import type { Subject } from "../subject";

const URL = /\b(?:postgres(?:ql)?):\/\/(?:([^\s:@/]*)(?::([^\s@/]*))?@)?[^\s"'<>]*/g;
const MODE = /[?&]sslmode=([\w-]+)/;

/** Connections to PostgreSQL are encrypted, and their passwords are in Secrets. */
export const databaseConnectionsAreEncrypted = resourceRule<{ modes: readonly string[] }>(
    {
        name: "database-connections-are-encrypted",
        title: "Connections to PostgreSQL require TLS, and their passwords are in Secrets",
        why: "Without sslmode, a client silently falls back to plain text if the server offers nothing else: hashes of API keys and names of users cross the nodes' network unencrypted.",
        remedy: "Put ?sslmode=verify-full (with sslrootcert) into the URL, and the URL into a Secret.",
        severity: "high",
        source: "docs/sources/maas.md#database, docs/sources/aws.md#rds",
        config: {
            modes: {
                type: "array",
                items: { type: "string" },
                default: ["require", "verify-ca", "verify-full"],
                description: "Allowed values of sslmode.",
            },
        },
    },
    ["Secret", "ConfigMap", ...podKinds],
    (subject, report, { modes }) => {
        for (const { path, text } of texts(subject)) {
            for (const [url, , password] of text.matchAll(URL)) {
                const mode = MODE.exec(url)?.[1];
                // The finding does not quote the URL, because it contains a password.
                if (!modes.includes(mode ?? "")) {
                    report(
                        `${path}: the PostgreSQL URL has ${mode === undefined ? "no sslmode" : `sslmode ${mode}`}, so the connection may be unencrypted; set one of ${modes.join(", ")}`,
                    );
                }
                if (subject.kind !== "Secret" && password !== undefined && !/^\$[({]/.test(password)) {
                    report(`${path}: the PostgreSQL URL contains a password in plain text; move the URL to a Secret`);
                }
            }
        }
    },
);

/** The strings of an object that may contain connection URLs, with their paths. */
function texts(subject: Subject): { path: string; text: string }[] {
    if (subject.kind !== "Secret" && subject.kind !== "ConfigMap") {
        return variables(subject).flatMap(({ path, value }) =>
            typeof value === "string" ? [{ path: `${path}.value`, text: value }] : [],
        );
    }
    return ["data", "stringData"].flatMap((part) =>
        Object.entries((subject.value[part] ?? {}) as object).flatMap(([key, value]) =>
            typeof value !== "string"
                ? []
                : [
                      {
                          path: `${part}.${key}`,
                          text:
                              subject.kind === "Secret" && part === "data"
                                  ? Buffer.from(value, "base64").toString("utf8")
                                  : value,
                      },
                  ],
        ),
    );
}
