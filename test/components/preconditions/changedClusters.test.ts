/** Preconditions on the simulated cluster with what they guard against. */
import type { CheckId } from "../../../catalogue/preconditions";
import type { Wanted } from "../../../components/preconditions/precondition";
import type { Reader } from "../../../components/preconditions/reads";
import type { ObjectRef } from "../../../rehearsal/cluster/cluster";
import { added, changed, config, connect, csv, failing, find, having, removed, wanted, withWorld } from "./support";

withWorld();

describe("fails on", () => {
    it.each<[string, CheckId, ObjectRef, (object: any) => void, RegExp]>([
        [
            "OpenShift before 4.19.9",
            "openshift-version",
            config("ClusterVersion", "version"),
            (o) => (o.status.desired.version = "4.19.8"),
            /^OpenShift 4\.19\.8, not 4\.19\.9 or later: the gateway of Models-as-a-Service needs it$/,
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

    it("an Authorino that release 3.3 left behind, unless the stack replaces it", async () => {
        const old: any = {
            apiVersion: "operators.coreos.com/v1alpha1",
            kind: "Subscription",
            metadata: { name: "authorino-operator", namespace: "openshift-operators" },
            spec: {
                name: "authorino-operator",
                channel: "tech-preview-v1",
                source: "redhat-operators",
                sourceNamespace: "openshift-marketplace",
                installPlanApproval: "Automatic",
            },
        };
        expect(await added(old, () => find("no-stale-authorino"))).toMatchObject({
            ...failing(/^Subscription openshift-operators\/authorino-operator \(authorino-operator\.v1\.1\.3\)$/),
            remedy: expect.stringContaining("connectivityLink.replaceStaleAuthorino: true") as string,
        });
        const replaced = wanted((s) => (s.connectivityLink = { replaceStaleAuthorino: true }));
        expect(await added(old, () => find("no-stale-authorino", replaced))).toMatchObject({ status: "passed" });
    });

    it("OpenShift 4.19 alone for routing by llm-d", async () => {
        const on419 = (o: any): unknown => (o.status.desired.version = "4.19.9");
        const version = config("ClusterVersion", "version");
        expect(await changed(version, on419, () => find("openshift-version"))).toMatchObject({ status: "passed" });
        const routed = wanted((s) => (s.models[0].routing = { mode: "intelligent" }));
        expect(await changed(version, on419, () => find("openshift-version", routed))).toMatchObject(
            failing(/^OpenShift 4\.19\.9, not 4\.20\.0 or later: the routing of model gpt-oss-20b needs it$/),
        );
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

        it("when the community's exists already", () =>
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

        it("when Red Hat's exists already", () =>
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

    it("credentials of the Machine API that do not exist", async () => {
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
