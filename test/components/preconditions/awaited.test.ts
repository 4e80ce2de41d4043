/** What somebody else brings: read from the records of a plan, and looked for on a cluster. */
import { awaitedNow, awaitedOf, namespacesOf, type AwaitedNow } from "../../../components/preconditions/awaited";
import type { Reader } from "../../../components/preconditions/reads";
import { Reads } from "../../../components/preconditions/reads";
import { KubeError } from "../../../components/kube";
import { added, connect, withWorld, with_ } from "./support";

withWorld();

const NAMESPACE = "openshift-config";
const VALUE = Buffer.from("s3cret").toString("base64");

const record = (expects: string, data: Record<string, string>) => ({
    type: "kubernetes:core/v1:ConfigMap",
    inputs: { metadata: { name: "r", labels: { "maas-platform.io/expects": expects } }, data },
});
const secret = (namespace = NAMESPACE, keys = "user password", setting = "database.existing.secret") =>
    record("secret", { namespace, secret: "pg", keys, setting });
const namespace = (name: string) => ({ type: "kubernetes:core/v1:Namespace", inputs: { metadata: { name } } });
const object = (kind: string, data: object, apiVersion = "v1") => ({
    apiVersion,
    kind,
    metadata: { name: "pg", namespace: NAMESPACE },
    ...data,
});

const subscription = object(
    "Subscription",
    {
        spec: {
            name: "nfd",
            channel: "stable",
            source: "redhat-operators",
            sourceNamespace: "openshift-marketplace",
            installPlanApproval: "Manual",
        },
    },
    "operators.coreos.com/v1alpha1",
);

/** The one thing that is awaited. */
async function now(resources: Parameters<typeof awaitedOf>[0], reader: () => Promise<Reader> = connect): Promise<AwaitedNow> {
    const [one, ...more] = await awaitedNow(new Reads(await reader()), awaitedOf(resources), namespacesOf(resources));
    expect(more).toEqual([]);
    return one!;
}

it("a LokiStack that is missing is told with what to do; a cluster without the kind has none", async () => {
    const loki = record("loki", { namespace: "redhat-ods-monitoring", name: "usage", setting: "tenant.usageLogging" });
    expect(await now([loki])).toEqual({
        kind: "LokiStack",
        namespace: "redhat-ods-monitoring",
        name: "usage",
        has: [],
        setting: "tenant.usageLogging",
        state: "absent",
        found: "absent",
        remedy: expect.stringMatching(
            /^install the Loki operator .* or remove tenant.usageLogging; until then usage logs are dropped$/,
        ),
    });
    const served: Reader = {
        ...(await connect()),
        get: async () => ({ kind: "LokiStack", metadata: { name: "usage" } }) as never,
    };
    expect((await now([loki], async () => served)).state).toBe("present");
});

describe("a Secret", () => {
    it("that is there with its keys is to be left alone, and no value of it is told", async () => {
        const found = await added(object("Secret", { data: { user: VALUE, password: VALUE } }), () => now([secret()]));
        expect(found).toEqual({
            kind: "Secret",
            namespace: NAMESPACE,
            name: "pg",
            has: ["user", "password"],
            setting: "database.existing.secret",
            state: "present",
            found: "present",
        });
    });

    it.each([
        ["without a key", { user: VALUE }],
        ["with a key that has no value", { user: VALUE, password: "" }],
    ])("that is there %s is to be completed", async (_, data) => {
        const found = await added(object("Secret", { data }), () => now([secret()]));
        expect(found).toMatchObject({
            state: "incomplete",
            found: "present, without key password",
            remedy: `oc set data secret/pg -n ${NAMESPACE} --from-file=password, before \`up\` or while it waits (30 minutes)`,
        });
        expect(JSON.stringify(found)).not.toContain(VALUE);
    });

    it.each([
        [[secret()], "absent", /^oc create secret generic pg -n openshift-config --from-file=user --from-file=password, before/],
        [[secret(NAMESPACE, "")], "absent", /^oc create secret generic pg -n openshift-config --from-env-file=<file>, before/],
        [
            [secret(NAMESPACE, ".dockerconfigjson")],
            "absent",
            /-n openshift-config --type=kubernetes.io\/dockerconfigjson --from-file=.dockerconfigjson, before/,
        ],
        [
            [secret("later"), namespace("later")],
            "absent; there is no namespace later yet",
            /^`up` creates namespace later and waits \(30 minutes\) for Secret pg; then, or before the next `up`: oc create secret generic pg -n later /,
        ],
        [
            [secret("elsewhere"), namespace("later")],
            "absent; there is no namespace elsewhere yet",
            /^create namespace elsewhere, if no operator of the stack brings it; then oc create secret generic pg -n elsewhere /,
        ],
    ])("that is not there is to be created (case %#)", async (resources, found, remedy) => {
        expect(await now(resources)).toMatchObject({ state: "absent", found, remedy: expect.stringMatching(remedy) as string });
    });

    it("that may not be read is not known, and neither is one that the cluster does not answer about", async () => {
        const failing = (error: KubeError) => () => with_({ get: () => Promise.reject(error) });
        expect(await now([secret()], failing(new KubeError("get secrets: 403", 403)))).toMatchObject({
            state: "unknown",
            found: "not known: reading is not allowed: get secrets: 403",
            remedy: `log in as a cluster-admin, or look for it: oc get secret pg -n ${NAMESPACE}`,
        });
        expect(await now([secret()], failing(new KubeError("etcd is slow", 500)))).toMatchObject({
            state: "unknown",
            found: "not known: etcd is slow",
        });
    });

    it("that two settings name is named once, with the keys of both", () => {
        expect(awaitedOf([secret(), secret(NAMESPACE, "password ca.crt", "litemaas.proxy.files[0].secret")])).toEqual([
            expect.objectContaining({
                has: ["user", "password", "ca.crt"],
                setting: "database.existing.secret, litemaas.proxy.files[0].secret",
            }),
        ]);
    });
});

it.each([
    [
        "an authority",
        record("authority", { namespace: NAMESPACE, configMap: "pg", key: "ca.crt", setting: "identity.ldap[0].ca" }),
        object("ConfigMap", { data: { "ca.crt": "x" } }),
        object("ConfigMap", { data: {} }),
        "present, without key ca.crt",
        /^oc create configmap pg -n openshift-config --from-file=ca.crt/,
    ],
    [
        "an application",
        record("deployment", { namespace: NAMESPACE, deployment: "pg", container: "app" }),
        object("Deployment", deployment("app"), "apps/v1"),
        object("Deployment", deployment("other"), "apps/v1"),
        "present, without container app",
        /^deploy it before `up`, or change agents\[\]$/,
    ],
    [
        "an operator",
        record("operator", { package: "nfd", namespace: NAMESPACE, channel: "stable", catalog: "redhat-operators" }),
        subscription,
        undefined,
        "",
        /^install the operator before `up`, or remove operators.nfd.existing$/,
    ],
])("%s is looked for as well", async (_, expected, whole, part, without, remedy) => {
    expect(await added(whole, () => now([expected]))).toMatchObject({ state: "present" });
    if (part !== undefined) {
        expect(await added(part, () => now([expected]))).toMatchObject({ state: "incomplete", found: without });
    }
    expect(await now([expected])).toMatchObject({
        state: "absent",
        found: "absent",
        remedy: expect.stringMatching(remedy) as string,
    });
});

it("an operator in another namespace than the stack says is named with it", async () => {
    const expected = record("operator", { package: "nfd", namespace: "openshift-nfd" });
    expect(await added(subscription, () => now([expected]))).toMatchObject({
        state: "incomplete",
        found: `present in namespace ${NAMESPACE}`,
        remedy: "set operators.nfd.namespace to that namespace",
    });
});

it("nodes are counted by their labels", async () => {
    const pool = (nodes: number, nodeSelector: object) =>
        record("nodes", {
            pool: "gpu",
            instanceType: "g6e.2xlarge",
            nodes: String(nodes),
            nodeSelector: JSON.stringify(nodeSelector),
        });
    const worker = { "node-role.kubernetes.io/worker": "" };
    expect(await now([pool(1, worker)])).toMatchObject({ state: "present" });
    expect(await now([pool(50, worker)])).toMatchObject({
        state: "incomplete",
        found: expect.stringMatching(/^\d+ of 50 present$/) as string,
    });
    expect(await now([pool(2, { gpu: "true" })])).toMatchObject({
        state: "absent",
        found: "absent",
        remedy: "label 2 nodes before `up` (oc label node <node> gpu=true), or change gpu.pools[].existing",
    });
});

it("is nothing for what a stack records of its own", () => {
    expect(awaitedOf([namespace("maas"), record("unheard-of", {}), { type: "random:index:RandomPassword", inputs: {} }])).toEqual(
        [],
    );
});

function deployment(container: string): object {
    const labels = { app: "pg" };
    return {
        spec: {
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { containers: [{ name: container, image: "x" }] } },
        },
    };
}
