/** Each precondition on the simulated cluster, as it is and with what it guards against. */
import { Kube, KubeError } from "../../../components/kube";
import { type CheckId, checkIds } from "../../../catalogue/preconditions";
import type { Wanted } from "../../../components/preconditions/precondition";
import { isPulumis, plannedObject } from "../../../components/planned";
import type { Reader } from "../../../components/preconditions/reads";
import { type Finding, findings, preconditions, refusalText, refusing } from "../../../components/preconditions/run";
import type { ObjectRef } from "../../../rehearsal/cluster/cluster";
import type { MemoryWorld } from "../../../rehearsal/memoryWorld";
import { openMemoryWorld } from "../../../simulator/rehearse";
import { parseSettings } from "../../../stacks/settings";
import "../../../kinds";
import { shipped, withOneModel } from "../../settings";

const given = withOneModel(shipped("code-assistant"));

function wanted(change: (settings: any) => unknown = () => undefined, aws?: Wanted["aws"]): Wanted {
    const settings = structuredClone(given);
    change(settings);
    return { settings: parseSettings("test", settings), aws };
}

let world: MemoryWorld;
beforeAll(async () => {
    world = await openMemoryWorld();
    await world.settled();
});
afterAll(() => world.close());

const connect = (): Promise<Reader> => Kube.connect(undefined, world.kubeconfig);

async function find(id: CheckId, asked: Wanted = wanted(), reader: () => Promise<Reader> = connect): Promise<Finding> {
    return (await findings(reader, asked)).find((f) => f.id === id)!;
}

/** Runs with an object changed; then it is as it was. */
async function changed<T>(ref: ObjectRef, change: (object: any) => void, run: () => Promise<T>): Promise<T> {
    const before = (await world.cluster.get(ref))!;
    const after = structuredClone(before);
    change(after);
    const write = async (object: typeof before): Promise<void> => {
        const { resourceVersion: _, ...metadata } = object.metadata as Record<string, unknown>;
        const whole = { ...object, metadata } as typeof before;
        await world.cluster.update(whole);
        if (whole.status !== undefined) {
            await world.cluster.updateStatus(whole);
        }
    };
    await write(after);
    try {
        return await run();
    } finally {
        await write(before);
    }
}

/** Runs with an object more. */
async function added<T>(object: any, run: () => Promise<T>): Promise<T> {
    await world.cluster.create(object);
    try {
        return await run();
    } finally {
        const { apiVersion, kind, metadata } = object;
        await world.cluster.delete({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace });
    }
}

/** Runs without an object. */
async function removed<T>(ref: ObjectRef, run: () => Promise<T>): Promise<T> {
    const { status: _, ...object } = (await world.cluster.get(ref))!;
    await world.cluster.delete(ref);
    try {
        return await run();
    } finally {
        const { resourceVersion: __, uid: ___, ...metadata } = object.metadata as Record<string, unknown>;
        await world.cluster.create({ ...object, metadata } as any);
    }
}

const config = (kind: string, name = "cluster"): ObjectRef => ({ apiVersion: "config.openshift.io/v1", kind, name });
const csv = (name: string): any => ({
    apiVersion: "operators.coreos.com/v1alpha1",
    kind: "ClusterServiceVersion",
    metadata: { name, namespace: "openshift-operators" },
    spec: { displayName: name, install: { strategy: "deployment", spec: { deployments: [] } } },
});

it("has a check of each name, in their order", () => {
    expect(preconditions.map(({ id }) => id)).toEqual(checkIds);
});

it("finds nothing in the way on a fresh cluster, and says what only AWS knows", async () => {
    const all = await findings(connect, wanted());
    expect(all.filter(({ status }) => status === "failed")).toEqual([]);
    expect(all.filter(({ status }) => status === "unknown").map(({ id }) => id)).toEqual(["instance-types", "quotas"]);
    expect(refusalText(all)).toBe("");
    for (const { status, remedy } of all) {
        expect([status, remedy !== undefined]).toEqual([status, status !== "passed"]);
    }
});

const failing = (pattern: RegExp): object => ({ status: "failed", found: expect.stringMatching(pattern) as string });

describe("fails on", () => {
    it.each<[string, CheckId, ObjectRef, (object: any) => void, RegExp]>([
        [
            "OpenShift 4.19",
            "openshift-version",
            config("ClusterVersion", "version"),
            (o) => (o.status.desired.version = "4.19.9"),
            /OpenShift 4\.19\.9/,
        ],
        [
            "an update under way",
            "openshift-version",
            config("ClusterVersion", "version"),
            (o) => (o.status.conditions.find((c: any) => c.type === "Progressing").status = "True"),
            /an update is in progress/,
        ],
        [
            "another cluster",
            "same-cluster",
            config("Infrastructure"),
            (o) => (o.status.infrastructureName = "x-1"),
            /cluster\.infrastructureName is maas-7x2kq, but the cluster's is x-1/,
        ],
        [
            "another platform",
            "same-cluster",
            config("Infrastructure"),
            (o) => (o.status.platformStatus.type = "Azure"),
            /platform is Azure/,
        ],
        [
            "what is left of the example cluster",
            "no-placeholders",
            config("Ingress"),
            (o) => (o.spec.domain = "apps.prod.acme.com"),
            /cluster\.domain is apps\.cluster\.example\.com; .*identity\.vault\.address is https:\/\/vault\.example\.com:8200/,
        ],
        [
            "applications elsewhere than under apps",
            "apps-domain",
            config("DNS"),
            (o) => (o.spec.baseDomain = "other.example.com"),
            /base domain is other\.example\.com/,
        ],
        [
            "no default StorageClass",
            "storage-class",
            { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", name: "gp3-csi" },
            (o) => delete o.metadata.annotations,
            /none of gp2-csi, gp3-csi is the default/,
        ],
        [
            "two default StorageClasses",
            "storage-class",
            { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", name: "gp2-csi" },
            (o) => (o.metadata.annotations = { "storageclass.kubernetes.io/is-default-class": "true" }),
            /gp2-csi and gp3-csi are/,
        ],
        [
            "a pull secret without Red Hat's registry",
            "pull-secret",
            { apiVersion: "v1", kind: "Secret", name: "pull-secret", namespace: "openshift-config" },
            (o) =>
                (o.data[".dockerconfigjson"] = Buffer.from('{"auths":{"quay.io":{"auth":"c2VjcmV0OnNlY3JldA=="}}}').toString(
                    "base64",
                )),
            /^it has credentials for quay\.io$/,
        ],
        [
            "a pull secret that is none",
            "pull-secret",
            { apiVersion: "v1", kind: "Secret", name: "pull-secret", namespace: "openshift-config" },
            (o) => (o.data[".dockerconfigjson"] = "bm9uZQ=="),
            /no readable pull secret/,
        ],
        [
            "a catalogue that does not answer",
            "catalogs",
            {
                apiVersion: "operators.coreos.com/v1alpha1",
                kind: "CatalogSource",
                name: "certified-operators",
                namespace: "openshift-marketplace",
            },
            (o) => (o.status.connectionState.lastObservedState = "TRANSIENT_FAILURE"),
            /certified-operators is TRANSIENT_FAILURE/,
        ],
        [
            "workers in another network than the installer's names say",
            "machine-sets",
            {
                apiVersion: "machine.openshift.io/v1beta1",
                kind: "MachineSet",
                name: "maas-7x2kq-worker-us-east-2a",
                namespace: "openshift-machine-api",
            },
            (o) => (o.spec.template.spec.providerSpec.value.subnet = { id: "subnet-0123456789abcdef0" }),
            /us-east-2a: its subnet is {"id":"subnet-0123456789abcdef0"}, not/,
        ],
    ])("%s", async (_, id, ref, change, found) => {
        expect(await changed(ref, change, () => find(id))).toMatchObject(failing(found));
    });

    it.each<[string, CheckId, any, RegExp]>([
        [
            "Open Data Hub",
            "no-open-data-hub",
            csv("opendatahub-operator.v2.30.0"),
            /opendatahub-operator\.v2\.30\.0 in openshift-operators/,
        ],
        ["Service Mesh 2", "no-service-mesh-2", csv("servicemeshoperator.v2.6.8"), /servicemeshoperator\.v2\.6\.8/],
    ])("%s", async (_, id, object, found) => {
        expect(await added(object, () => find(id))).toMatchObject(failing(found));
    });

    it("not on Service Mesh 3", async () => {
        expect(await added(csv("servicemeshoperator3.v3.1.0"), () => find("no-service-mesh-2"))).toMatchObject({
            status: "passed",
        });
    });

    it("Kueue that its operator did not install, when the stack has queues", async () => {
        const crd = {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name: "clusterqueues.kueue.x-k8s.io" },
            spec: {
                group: "kueue.x-k8s.io",
                scope: "Cluster",
                names: { kind: "ClusterQueue", plural: "clusterqueues" },
                versions: [{ name: "v1beta1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
            },
        };
        await added(crd, async () => {
            expect(await find("no-kueue")).toMatchObject({ status: "passed" });
            const queued = wanted();
            const settings = { ...queued.settings, kueue: {} } as unknown as Wanted["settings"];
            expect(await find("no-kueue", { settings })).toMatchObject(failing(/without its operator/));
        });
    });

    it("Kueue that OpenShift AI manages itself", async () => {
        const reader = await connect();
        const list: Reader["list"] = (kind) =>
            kind.plural === "datascienceclusters"
                ? Promise.resolve([
                      { metadata: { name: "default-dsc" }, spec: { components: { kueue: { managementState: "Managed" } } } },
                  ])
                : reader.list(kind);
        expect(await find("no-kueue", wanted(), () => Promise.resolve(having(reader, { list })))).toMatchObject(
            failing(/DataScienceCluster default-dsc manages Kueue/),
        );
    });

    describe("two External Secrets", () => {
        const webhooks = {
            apiVersion: "admissionregistration.k8s.io/v1",
            kind: "ValidatingWebhookConfiguration",
            metadata: { name: "externalsecret-validate" },
            webhooks: [
                {
                    name: "validate.externalsecret.external-secrets.io",
                    admissionReviewVersions: ["v1"],
                    sideEffects: "None",
                    clientConfig: { service: { namespace: "eso", name: "external-secrets-webhook" } },
                },
            ],
        };
        const operator = csv("openshift-external-secrets-operator.v1.1.0");
        const chosen = (operatorName: string): Wanted => wanted((s) => (s.identity.externalSecrets = { operator: operatorName }));

        it("when the community's is there already", () =>
            added(webhooks, async () => {
                expect(await find("one-external-secrets")).toMatchObject(failing(/the community's is installed, in eso/));
                expect(await find("one-external-secrets", chosen("community"))).toMatchObject({ status: "passed" });
                // Red Hat's operator brings webhooks of that name, too.
                await added(operator, async () => {
                    expect(await find("one-external-secrets")).toMatchObject({
                        status: "passed",
                        found: expect.stringMatching(/v1\.1\.0/),
                    });
                });
            }));

        it("when Red Hat's is there already", () =>
            added(operator, async () => {
                expect(await find("one-external-secrets")).toMatchObject({ status: "passed" });
                expect(await find("one-external-secrets", chosen("community"))).toMatchObject(
                    failing(/openshift-external-secrets-operator\.v1\.1\.0 in openshift-operators/),
                );
                const none = wanted((s) => (s.identity = { users: s.identity.users }));
                expect(await find("one-external-secrets", none)).toMatchObject({ status: "passed" });
            }));
    });

    it("a cluster autoscaler of somebody else, and on none where one is said to be", async () => {
        const autoscaled = wanted((s) => (s.gpu.pools[0].autoscale = { max: 2 }));
        const theirs = wanted((s) => {
            s.gpu.clusterAutoscaler = false;
            s.gpu.pools[0].autoscale = { max: 2 };
        });
        expect(await find("no-cluster-autoscaler", autoscaled)).toMatchObject({ status: "passed" });
        expect(await find("no-cluster-autoscaler", theirs)).toMatchObject(failing(/it does not exist/));
        const other = {
            apiVersion: "autoscaling.openshift.io/v1",
            kind: "ClusterAutoscaler",
            metadata: { name: "default" },
            spec: {},
        };
        await added(other, async () => {
            expect(await find("no-cluster-autoscaler", autoscaled)).toMatchObject(failing(/others have created/));
            expect(await find("no-cluster-autoscaler", theirs)).toMatchObject({ status: "passed" });
        });
    });

    it("credentials of the Machine API that are not there", async () => {
        const ref = { apiVersion: "v1", kind: "Secret", name: "aws-cloud-credentials", namespace: "openshift-machine-api" };
        expect(await removed(ref, () => find("machine-api-credentials"))).toMatchObject(
            failing(/aws-cloud-credentials is not in/),
        );
    });

    it("a zone without a worker MachineSet, unless its network is given", async () => {
        const ref = {
            apiVersion: "machine.openshift.io/v1beta1",
            kind: "MachineSet",
            name: "maas-7x2kq-worker-us-east-2a",
            namespace: "openshift-machine-api",
        };
        await removed(ref, async () => {
            expect(await find("machine-sets")).toMatchObject(failing(/us-east-2a has none/));
            const byHand = wanted((s) => {
                s.cluster.nodes = {
                    subnets: { "us-east-2a": "subnet-0123456789abcdef0" },
                    securityGroups: ["sg-0123456789abcdef0"],
                    instanceProfile: "own",
                };
            });
            expect(await find("machine-sets", byHand)).toMatchObject({ status: "passed" });
        });
    });
});

/** A reader that answers some questions otherwise. */
function having(reader: Reader, other: Partial<Reader>): Reader {
    return {
        get: (kind, name) => reader.get(kind, name),
        list: (kind, selector) => reader.list(kind, selector),
        create: (kind, object) => reader.create(kind, object),
        version: () => reader.version(),
        ...other,
    };
}

const with_ = async (other: Partial<Reader>): Promise<Reader> => having(await connect(), other);

it("fails on an old Kubernetes", async () => {
    expect(await find("kubernetes-version", wanted(), () => with_({ version: () => Promise.resolve("v1.31.2") }))).toMatchObject(
        failing(/v1\.31\.2/),
    );
});

it("fails for whoever may not do everything", async () => {
    const denied = { metadata: { name: "" }, status: { allowed: false } };
    expect(await find("cluster-admin", wanted(), () => with_({ create: () => Promise.resolve(denied) }))).toMatchObject(
        failing(/some verbs or resources are not allowed/),
    );
});

it("fails on workers that are too small or too few", async () => {
    const reader = await connect();
    const list: Reader["list"] = async (kind) =>
        kind.plural === "nodes" ? (await reader.list(kind)).slice(0, 1) : reader.list(kind);
    expect(await find("worker-nodes", wanted(), () => Promise.resolve(having(reader, { list })))).toMatchObject({
        status: "failed",
    });
});

it("takes manual credentials without tokens for what is to be done by hand, and those with tokens as they are", async () => {
    const mode = { apiVersion: "operator.openshift.io/v1", kind: "CloudCredential", name: "cluster" };
    await changed(
        mode,
        (o) => (o.spec.credentialsMode = "Manual"),
        async () => {
            expect(await find("credentials-mode")).toMatchObject({ status: "unknown", found: "Manual without tokens" });
            const issued = await changed(
                config("Authentication"),
                (o) => (o.spec.serviceAccountIssuer = "https://oidc.example.com"),
                () => find("credentials-mode"),
            );
            expect(issued).toMatchObject({ status: "passed", found: expect.stringContaining("STS") as string });
        },
    );
});

it("fails on any catalogue that does not answer, since one stops every Subscription", async () => {
    const other = {
        apiVersion: "operators.coreos.com/v1alpha1",
        kind: "CatalogSource",
        metadata: { name: "our-mirror", namespace: "openshift-marketplace" },
        spec: { sourceType: "grpc", image: "registry.example.com/catalog:1" },
    };
    const reader = await connect();
    const list: Reader["list"] = async (kind) =>
        kind.plural === "catalogsources"
            ? [
                  ...(await reader.list(kind)),
                  { ...other, status: { connectionState: { lastObservedState: "TRANSIENT_FAILURE" } } },
              ]
            : reader.list(kind);
    expect(await find("catalogs", wanted(), () => Promise.resolve(having(reader, { list })))).toMatchObject({
        ...failing(/^our-mirror is TRANSIENT_FAILURE, which stops every Subscription$/),
        remedy: expect.stringContaining("oc delete catalogsource") as string,
    });
});

describe("a hosted control plane", () => {
    const hosted = (run: () => Promise<unknown>): Promise<unknown> =>
        changed(config("Infrastructure"), (o) => (o.status.controlPlaneTopology = "External"), run);

    it("names each setting that cannot work there, and what can", async () => {
        await hosted(async () => {
            const found = await find(
                "hosted-control-plane",
                wanted((s) => {
                    s.gpu.pools[0].autoscale = { min: 1, max: 2 };
                    s.certificates = { letsEncrypt: { environment: "staging" } };
                    s.identity = { ...s.identity, kubeadmin: "remove", store: "kubernetes" };
                    delete s.identity.vault;
                }),
            );
            expect(found).toMatchObject(
                failing(
                    /gpu\.pools \(l40s\), gpu\.clusterAutoscaler, certificates\.apiServer, certificates\.letsEncrypt, identity\.store, identity\.kubeadmin$/,
                ),
            );
            expect(found.remedy).toMatch(/rosa create machinepool --name l40s .*gpu\.pools\[\]\.existing\.nodeSelector/);
        });
    });

    it("takes a stack that changes nothing of it", async () => {
        await hosted(async () => {
            const asked = wanted((s) => {
                s.gpu.pools[0] = { name: "l40s", instanceType: "g6e.2xlarge", existing: { nodeSelector: { pool: "l40s" } } };
                s.identity = { users: s.identity.users };
            });
            expect(await find("hosted-control-plane", asked)).toMatchObject({ status: "passed" });
        });
    });
});

it("tells models that are downloaded past the cluster's proxy", async () => {
    const reader = await connect();
    const proxy = { metadata: { name: "cluster" }, status: { httpsProxy: "http://proxy.example.com:3128" } };
    const get: Reader["get"] = (kind, name) => (kind.plural === "proxies" ? Promise.resolve(proxy) : reader.get(kind, name));
    const behind = (): Promise<Reader> => Promise.resolve(having(reader, { get }));
    const from = (source: string): Wanted => wanted((s) => (s.models = [{ ...s.models[0], source }]));
    expect(await find("cluster-proxy", from("hf://openai/gpt-oss-20b"), behind)).toMatchObject({
        status: "unknown",
        found: expect.stringContaining("model gpt-oss-20b (hf://openai/gpt-oss-20b)") as string,
    });
    expect(await find("cluster-proxy", from("oci://registry.example.com/gpt:1"), behind)).toMatchObject({ status: "passed" });
    expect(await find("cluster-proxy", from("hf://openai/gpt-oss-20b"))).toMatchObject({ status: "passed" });
});

it("finds arguments of cert-manager that this stack would take away (T-27)", async () => {
    const reader = await connect();
    const having_ = (overrideArgs: string[], manager: string): (() => Promise<Reader>) => {
        const object = {
            metadata: {
                name: "cluster",
                managedFields: [{ manager, fieldsV1: { "f:spec": { "f:controllerConfig": { "f:overrideArgs": {} } } } }],
            },
            spec: { controllerConfig: { overrideArgs } },
        };
        const get: Reader["get"] = (kind, name) =>
            kind.plural === "certmanagers" ? Promise.resolve(object as never) : reader.get(kind, name);
        return () => Promise.resolve(having(reader, { get }));
    };
    const issued = wanted((s) => (s.certificates = { letsEncrypt: { environment: "staging" } }));
    const foreign = ["--enable-certificate-owner-ref"];
    expect(await find("cert-manager-arguments", issued, having_(foreign, "kubectl-edit"))).toMatchObject(
        failing(/^CertManager cluster has --enable-certificate-owner-ref of somebody else$/),
    );
    expect(await find("cert-manager-arguments", issued, having_(foreign, "pulumi-kubernetes-1"))).toMatchObject({
        status: "passed",
    });
    const same = ["--dns01-recursive-nameservers=8.8.8.8:53,1.1.1.1:53", "--dns01-recursive-nameservers-only"];
    expect(await find("cert-manager-arguments", issued, having_(same, "kubectl-edit"))).toMatchObject({ status: "passed" });
    expect(await find("cert-manager-arguments", wanted(), having_(foreign, "kubectl-edit"))).toMatchObject({ status: "passed" });
});

describe("what this stack creates and is there already", () => {
    const planned = async () => [
        plannedObject("kubernetes:core/v1:Namespace", { name: "maas" })!,
        plannedObject("kubernetes:user.openshift.io/v1:Group", { name: "tier-free-users" })!,
    ];
    const namespace = (metadata: object) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name: "maas", ...metadata } });

    it("is told with who has it, and with the setting that uses it", async () => {
        const group = {
            apiVersion: "user.openshift.io/v1",
            kind: "Group",
            metadata: { name: "tier-free-users" },
            users: ["ann"],
        };
        const labels = { "app.kubernetes.io/managed-by": "group-sync" };
        await added({ ...group, metadata: { ...group.metadata, labels } }, () =>
            added(namespace({ annotations: { "meta.helm.sh/release-name": "models" } }), async () => {
                const found = await find("nothing-in-the-way", { ...wanted(), planned });
                expect(found).toMatchObject(
                    failing(/^Group tier-free-users \(managed by group-sync\); Namespace maas \(of Helm release models\)$/),
                );
                expect(found.remedy).toMatch(
                    /Group tier-free-users: use it with identity\.groups: existing.*oc delete groups\.user/,
                );
                expect(found.remedy).toMatch(
                    /Namespace maas: name another where a setting does \(modelsNamespace.*pulumi import/,
                );
            }),
        );
        expect(await find("nothing-in-the-way", { ...wanted(), planned })).toMatchObject({ status: "passed" });
    });

    it("does not include patches, what another resource names, nor what Pulumi has written", () => {
        expect(plannedObject("kubernetes:operator.openshift.io/v1alpha1:CertManagerPatch", { name: "cluster" })).toBeUndefined();
        expect(plannedObject("kubernetes:core/v1:ConfigMap", { name: "a", namespace: {} })).toBeUndefined();
        expect(plannedObject("random:index/randomId:RandomId", { name: "a" })).toBeUndefined();
        expect(plannedObject("kubernetes:networking.k8s.io/v1:NetworkPolicy", { name: "a", namespace: "b" })).toMatchObject({
            apiVersion: "networking.k8s.io/v1",
            plural: "networkpolicies",
        });
        const by = (manager: string): boolean => isPulumis({ metadata: { name: "a", managedFields: [{ manager }] } } as never);
        expect([by("pulumi-kubernetes-1a2b"), by("kubectl-create")]).toEqual([true, false]);
    });
});

describe("of AWS", () => {
    const answers = { quotas: { onDemandG: 8 }, offerings: { "g6e.2xlarge": ["us-east-2b"] } };

    it("quotas are compared with the pools at their largest", async () => {
        expect(await find("quotas", wanted(undefined, answers))).toMatchObject({
            ...failing(/"Running On-Demand G and VT instances" \(L-DB2E81BA\): 8, l40s need 16/),
            remedy: expect.stringContaining("--quota-code L-DB2E81BA --desired-value 16") as string,
        });
        expect(
            await find(
                "quotas",
                wanted((s) => (s.cluster.quotas = { onDemandG: 16 })),
            ),
        ).toMatchObject({ status: "passed" });
    });

    it("offerings are compared with the zones of the pools", async () => {
        expect(await find("instance-types", wanted(undefined, answers))).toMatchObject(
            failing(/us-east-2a does not offer g6e\.2xlarge \(pool l40s\); it is offered in us-east-2b/),
        );
        const fine = { quotas: {}, offerings: { "g6e.2xlarge": ["us-east-2a"] } };
        expect(await find("instance-types", wanted(undefined, fine))).toMatchObject({ status: "passed" });
    });
});

it("says of a cluster that does not answer just that", async () => {
    const all = await findings(() => Promise.reject(new KubeError("the cluster at x cannot be reached: refused", 0)), wanted());
    expect(refusing(all)).toEqual([
        expect.objectContaining({ id: "reachable", found: "the cluster at x cannot be reached: refused" }),
    ]);
    expect(all.slice(1).every(({ status }) => status === "unknown")).toBe(true);
});

it("lets what may not be read refuse nothing, and what breaks be told", async () => {
    const get = (code: number): Partial<Reader> => ({ get: () => Promise.reject(new KubeError("secrets: no", code)) });
    expect(await find("pull-secret", wanted(), () => with_(get(403)))).toMatchObject({ status: "unknown" });
    expect(await find("pull-secret", wanted(), () => with_(get(500)))).toMatchObject(failing(/^secrets: no$/));
});

it("refuses with everything that fails at once, but for what is accepted", async () => {
    const broken = (): Promise<Reader> => with_({ version: () => Promise.resolve("v1.31.2"), list: () => Promise.resolve([]) });
    const text = refusalText(
        await findings(
            broken,
            wanted((s) => (s.cluster.acceptFailing = ["catalogs"])),
        ),
    );
    expect(text).toMatch(
        /^the cluster does not meet the preconditions of this stack \(4 of 27 fail\):\n {2}kubernetes-version: /,
    );
    expect(text).toMatch(/\n {2}storage-class: .* Why: .* Remedy: oc annotate/);
    expect(text).toMatch(/\n {2}worker-nodes: /);
    expect(text).toMatch(/\n {2}machine-sets: /);
    expect(text).not.toContain("catalogs:");
});

it("shows nothing of the pull secret but the names of its registries", async () => {
    const all = JSON.stringify(await findings(connect, wanted()));
    const secret = await world.cluster.get({
        apiVersion: "v1",
        kind: "Secret",
        name: "pull-secret",
        namespace: "openshift-config",
    });
    const { auths } = JSON.parse(Buffer.from((secret as any).data[".dockerconfigjson"] as string, "base64").toString()) as {
        auths: Record<string, { auth: string }>;
    };
    for (const { auth } of Object.values(auths)) {
        expect(all).not.toContain(auth);
    }
});
