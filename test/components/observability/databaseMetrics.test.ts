/** Exporters of databases: who has one, what it may, and what it counts of keys on a real PostgreSQL. */
import { parse } from "yaml";

import { EXPORTERS, KEY_QUERIES } from "../../../catalogue/observability/databaseMetrics";
import { program } from "../../../index";
import { deploy, type Deployment } from "../../deployment";
import { describePostgres, Postgres } from "../../postgres/server";
import { type Draft, problemsOf, shipped } from "../../settings";

async function planned(stack: string, change: (settings: Draft) => unknown = () => undefined): Promise<Deployment> {
    const config = { "maas:settings": JSON.stringify(shipped(stack, change)) };
    const deployment = await deploy(program, { stack, preview: true, config });
    expect(deployment.errors).toEqual([]);
    return deployment;
}

const exporters = (plan: Deployment): Record<string, Draft> =>
    Object.fromEntries(
        plan
            .all("kubernetes:apps/v1:Deployment")
            .filter(({ inputs }) => (Object.values(EXPORTERS) as string[]).includes(inputs["metadata"].name))
            .map(({ inputs }) => [`${inputs["metadata"].namespace}/${inputs["metadata"].name}`, inputs["spec"].template.spec]),
    );
const named = (plan: Deployment, type: string, name: string): Draft =>
    plan.all(type).find(({ inputs }) => inputs["metadata"].name === name)?.inputs;
/** The jobs that alerts ask for. */
const asked = (plan: Deployment): string =>
    plan
        .one("kubernetes:monitoring.coreos.com/v1:PrometheusRule")
        .inputs["spec"].groups.flatMap((group: Draft) => group.rules)
        .find((rule: Draft) => rule.alert === "DatabaseUnreachable")?.expr;

const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

it("llm-d has one for the keys and one for the registry; their servers admit them, and Prometheus reaches them", async () => {
    const plan = await planned("llm-d");
    expect(Object.keys(exporters(plan)).sort()).toEqual([
        "maas-platform/maas-keys-metrics",
        "model-registry-db/model-registry-metrics",
    ]);
    expect(asked(plan)).toContain('job=~"maas-platform/maas-keys-metrics|model-registry-db/model-registry-metrics"');
    for (const [name, server] of [
        [EXPORTERS.keys, "maas-db"],
        [EXPORTERS.registry, "model-registry-db"],
    ] as const) {
        const { spec } = named(plan, POLICY, `from-${name}`);
        expect(spec.podSelector.matchLabels).toEqual({ app: server });
        expect(spec.ingress[0].from[0].podSelector.matchLabels).toEqual({ "app.kubernetes.io/name": name });
        const monitor = named(plan, "kubernetes:monitoring.coreos.com/v1:PodMonitor", name).spec;
        expect(monitor.podMetricsEndpoints).toEqual([{ portNumber: 9187, path: "/metrics", interval: "30s" }]);
        expect(monitor.selector.matchLabels).toEqual({ "app.kubernetes.io/name": name });
    }
    const { containers, automountServiceAccountToken } = exporters(plan)["model-registry-db/model-registry-metrics"];
    expect(automountServiceAccountToken).toBe(false);
    expect(containers[0].env).toEqual(
        expect.arrayContaining([
            {
                name: "DATA_SOURCE_URI",
                value: "model-registry-db.model-registry-db.svc.cluster.local:5432/registry?sslmode=verify-full&sslrootcert=/etc/service-ca/service-ca.crt",
            },
            { name: "PGOPTIONS", value: "-c default_transaction_read_only=on -c statement_timeout=10000" },
        ]),
    );
    // The password is nowhere in plain text.
    const secret = plan.all("kubernetes:core/v1:Secret").find(({ inputs }) => inputs["metadata"].name === EXPORTERS.keys)!;
    expect(JSON.stringify(secret.inputs)).not.toMatch(/postgresql:\/\/maas:[^"]*@/);
});

it("a database outside has one as well, with its authority; LiteMaaS has its own", async () => {
    const plan = await planned("production", (s) =>
        Object.assign(s.database.existing, {
            sslMode: "verify-full",
            certificateAuthorities: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        }),
    );
    expect(Object.keys(exporters(plan)).sort()).toEqual([
        "litemaas/litemaas-database-metrics",
        "maas-platform/maas-keys-metrics",
    ]);
    expect(named(plan, POLICY, `from-${EXPORTERS.keys}`)).toBeUndefined();
    const { volumes, containers } = exporters(plan)["maas-platform/maas-keys-metrics"];
    expect(volumes).toContainEqual({ name: "authorities", configMap: { name: "maas-keys-metrics-authorities", optional: true } });
    // Where the connection says that it is.
    expect(containers[0].volumeMounts).toContainEqual(expect.objectContaining({ mountPath: "/etc/maas-db-authorities" }));
});

it("the servers of CloudNativePG admit it", async () => {
    const plan = await planned("code-assistant", (s) => (s.database = { cloudNativePg: {} }));
    expect(named(plan, POLICY, `from-${EXPORTERS.keys}`).spec.podSelector.matchLabels).toEqual({ "cnpg.io/cluster": "maas" });
});

it.each([
    ["the stack wants none", (s: Draft): unknown => (s.observability.databases = { enabled: false })],
    ["nothing is observed", (s: Draft): unknown => delete s.observability],
    ["somebody else brings the connection", (s: Draft): unknown => (s.database = { existing: {} })],
])("there is none where %s", async (_, change) => {
    expect(exporters(await planned("code-assistant", change))).toEqual({});
});

it("an image without a tag or a digest is refused", () => {
    const wrong = shipped("code-assistant", (s) => (s.observability.databases = { image: "postgres-exporter" }));
    expect(problemsOf(wrong)).toEqual([
        expect.stringMatching(/^observability\.databases\.image: .*expected an image with a tag or a digest/),
    ]);
});

describePostgres("what is counted of keys", () => {
    let server: Postgres;
    const { query } = parse(KEY_QUERIES).maas_keys as { query: string };
    beforeAll(() => {
        server = new Postgres();
        server.sql("postgres", "CREATE DATABASE maas");
        // Columns of opendatahub-io/models-as-a-service@release-3.4:maas-api/db/schema that the query reads.
        server.sql(
            "maas",
            "CREATE TABLE api_keys (id text, username text, status text, ephemeral boolean DEFAULT false, subscription text, " +
                "expires_at timestamptz, last_used_at timestamptz)",
        );
    }, 60_000);
    afterAll(() => server.stop());
    beforeEach(() => server.sql("maas", "TRUNCATE api_keys"));

    const key = (ends: string, used: string, more: { username?: string; status?: string; ephemeral?: boolean } = {}): void => {
        const { username = "ana", status = "active", ephemeral = false } = more;
        const at = (days: string): string => (days === "never" ? "NULL" : `now() + interval '${days}'`);
        const values = `'k', '${username}', '${status}', ${ephemeral}, 'free', ${at(ends)}, ${at(used)}`;
        expect(server.sql("maas", `INSERT INTO api_keys VALUES (${values})`)).toBe("INSERT 0 1");
    };
    const WORKSPACE = { username: "system:serviceaccount:ana-devspaces:maas" };

    it.each([
        ["a key that ends in six days and was used", () => key("6 days", "-1 day"), "free|1|1"],
        ["one that ends in eight", () => key("8 days", "-1 day"), "free|1|0"],
        ["one that nobody uses", () => key("6 days", "-8 days"), "free|1|0"],
        ["one that was never used", () => key("6 days", "never"), "free|1|0"],
        ["one without an end", () => key("never", "-1 day"), "free|1|0"],
        ["one that is replaced by itself, in time", () => key("2 days", "-1 day", WORKSPACE), "free|1|0"],
        ["one whose replacement fails", () => key("20 hours", "-1 day", WORKSPACE), "free|1|1"],
        ["one that has ended", () => key("-1 hour", "-1 day"), ""],
        ["one that was revoked", () => key("6 days", "-1 day", { status: "revoked" }), ""],
        ["one of the playground", () => key("6 hours", "-1 hour", { ephemeral: true }), ""],
    ])("%s", (_, insert, counted) => {
        insert();
        expect(server.sql("maas", query)).toBe(counted);
    });
});
