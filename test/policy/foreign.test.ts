/**
 * Stacks that this program did not write: plain resources of Pulumi's Kubernetes provider under names of their own, without
 * components, gates or labels of this project.
 */
import { families } from "../../policy/policies";
import { findings, type Subject } from "./judge";

const rules = Object.values(families).flat();

async function judged(subjects: readonly Subject[], config: Record<string, Record<string, unknown>> = {}): Promise<string[]> {
    const all = await Promise.all(
        rules.map(async (rule) => (await findings(rule, subjects, config[rule.name] ?? {})).map((m) => `${rule.name}: ${m}`)),
    );
    return all.flat();
}

const object = (type: string, name: string, props: object, dependencies: string[] = []): Subject => ({
    type: `kubernetes:${type}`,
    name,
    props: props as Record<string, unknown>,
    dependencies,
});

/** A team's own stack: a web application with a database, and a model on a cluster that has the operators already. */
const team = (): Subject[] => [
    object("core/v1:Namespace", "shop", { metadata: { name: "shop" } }),
    object(
        "apps/v1:Deployment",
        "web",
        {
            metadata: { name: "web", namespace: "shop" },
            spec: {
                replicas: 2,
                template: {
                    metadata: { labels: { app: "web" } },
                    spec: {
                        containers: [
                            {
                                name: "web",
                                image: "quay.io/shop/web:1.4.2",
                                env: [
                                    { name: "DATABASE_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
                                ],
                            },
                        ],
                    },
                },
            },
        },
        ["shop"],
    ),
    object("apps/v1:StatefulSet", "db", {
        metadata: { name: "db", namespace: "shop" },
        spec: {
            template: {
                metadata: { labels: { app: "db" } },
                spec: { containers: [{ name: "postgres", image: "registry.redhat.io/rhel9/postgresql-16:9.6" }] },
            },
        },
    }),
    object("networking.k8s.io/v1:NetworkPolicy", "db-fence", {
        metadata: { name: "db", namespace: "shop" },
        spec: { podSelector: { matchLabels: { app: "db" } } },
    }),
    object("route.openshift.io/v1:Route", "web-route", {
        apiVersion: "route.openshift.io/v1",
        kind: "Route",
        metadata: { name: "web", namespace: "shop" },
        spec: {
            host: "web.example.com",
            port: { targetPort: "http" },
            to: { kind: "Service", name: "web" },
            tls: { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" },
        },
    }),
    object("serving.kserve.io/v1alpha2:LLMInferenceService", "helper", {
        apiVersion: "serving.kserve.io/v1alpha2",
        kind: "LLMInferenceService",
        metadata: { name: "helper", namespace: "shop" },
        spec: {
            model: { name: "helper", uri: "hf://Qwen/Qwen3-8B" },
            replicas: 1,
            router: { gateway: { refs: [{ name: "shared", namespace: "gateways" }] }, route: {}, scheduler: {} },
            template: {
                containers: [{ name: "main", args: ["--enable-force-include-usage"], resources: { limits: { cpu: "4" } } }],
            },
        },
    }),
    { type: "aws:s3/bucketV2:BucketV2", name: "files", props: { bucket: "shop-files" } },
    { type: "random:index/randomPassword:RandomPassword", name: "password", props: { length: 32 } },
    { type: "shop:index:Component", name: "component" },
];
const operatorsThere = { "operator-before-kind": { provided: ["rhods-operator"] } };

it("of somebody else that is right has no finding, once it is said which operators are there", async () => {
    expect(await judged(team(), operatorsThere)).toEqual([]);
    expect(await judged(team())).toEqual([expect.stringMatching(/^operator-before-kind: helper: .*rhods-operator/)]);
});

it.each<[string, (subjects: any[]) => unknown, RegExp]>([
    [
        "an image that moves",
        ([, web]) => (web.props.spec.template.spec.containers[0].image = "quay.io/shop/web:latest"),
        /^images-are-pinned: web: /,
    ],
    ["a database that everybody reaches", (all) => all.splice(3, 1), /^databases-have-network-policies: db: /],
    [
        "a password in the pod",
        ([, web]) => (web.props.spec.template.spec.containers[0].env[0] = { name: "DATABASE_PASSWORD", value: "x" }),
        /^no-secret-in-environment: web: /,
    ],
    ["plain HTTP", (all) => delete all[4].props.spec.tls, /^routes-refuse-plain-http: web-route: /],
    ["a model that does not count", (all) => (all[5].props.spec.template.containers[0].args = []), /^usage-is-counted: helper: /],
    [
        "a field that the kind has not",
        (all) => (all[5].props.spec.replica = 2),
        /^spec-matches-schema: helper: spec\.replica: no such field/,
    ],
    ["rights over the node", ([, web]) => (web.props.spec.template.spec.hostPID = true), /^pods-are-unprivileged: web: /],
    [
        "a database of AWS in the clear",
        (all) => all.push({ type: "aws:rds/instance:Instance", name: "orders", props: {} }),
        /^volumes-are-encrypted: orders: storageEncrypted/,
    ],
])("of somebody else with %s is refused, and no setting of this project is blamed", async (_what, change, says) => {
    const subjects = team();
    change(subjects);
    const found = await judged(subjects, operatorsThere);
    // The schema may say the same in its own words.
    expect(found.filter((f) => says.test(f) || !f.startsWith("spec-matches-schema"))).toEqual([expect.stringMatching(says)]);
    expect(found[0]).not.toMatch(/\[\w+(\.\w+)*\]$/);
});

it("with nothing in it, or with what is no Kubernetes at all, has no finding", async () => {
    expect(await judged([])).toEqual([]);
    expect(await judged([{ type: "azure:core:ResourceGroup", name: "x", props: { spec: 7, metadata: null } }])).toEqual([]);
});

it("with objects of shapes that nobody expects does not make a rule crash", async () => {
    const strange = [{}, { metadata: null, spec: null }, { metadata: {}, spec: {} }];
    const kinds = [
        "Gateway",
        "MaaSSubscription",
        "MachineSet",
        "Secret",
        "Deployment",
        "Subscription",
        "OAuth",
        "Grafana",
        "ConfigMap",
    ];
    for (const props of strange) {
        const subjects = kinds.map((kind) => object(`example.com/v1:${kind}`, kind.toLowerCase(), props));
        await expect(judged(subjects)).resolves.toBeInstanceOf(Array);
    }
});
