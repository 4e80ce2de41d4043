import { bringUp } from "./slice";
import {
    dataScienceCluster,
    gateway,
    gatewayClass,
    kuadrant,
    llmService,
    maasAuthPolicy,
    maasSubscription,
    machineSet,
    modelRef,
    rateLimitPolicy,
    refOf,
    route,
    TIERS,
} from "./sliceObjects";
import { ref, Stage } from "./support";

const MINUTE = 60;

describe("the slice, applied in the right order", () => {
    let stage: Stage;
    afterEach(() => stage.close());

    test("comes up completely, at plausible times, the same each time", async () => {
        stage = await Stage.open();
        const at = await bringUp(stage);
        expect(stage.simulator.problems).toEqual([]);
        expect(at.gatewayclass).toBeLessThan(3 * MINUTE);
        expect(at["cert-manager"]).toBeLessThan(5 * MINUTE);
        expect(at.nodes).toBeGreaterThanOrEqual(5 * MINUTE);
        expect(at.gpu).toBeGreaterThanOrEqual(10 * MINUTE);
        expect(at.gpu).toBeLessThanOrEqual(15 * MINUTE);
        expect(at.dsc! - at.rhoai!).toBeGreaterThanOrEqual(1 * MINUTE);
        expect(at.model! - at.gpu!).toBeGreaterThanOrEqual(8 * MINUTE);
        expect(at.model! - at.gpu!).toBeLessThanOrEqual(12 * MINUTE);
        expect(at.tiers).toBeLessThan(40 * MINUTE);

        const again = await Stage.open();
        try {
            await expect(bringUp(again)).resolves.toEqual(at);
        } finally {
            await again.close();
        }
    });

    test("leaves what the products leave: generated policies, statuses, a certificate, a node with its GPU", async () => {
        stage = await Stage.open();
        await bringUp(stage);

        const auth = await stage.get(ref("kuadrant.io/v1", "AuthPolicy", "maas-auth-gpt-oss-20b", "maas"));
        expect(auth.spec.targetRef).toEqual({
            group: "gateway.networking.k8s.io",
            kind: "HTTPRoute",
            name: "gpt-oss-20b-kserve-route",
        });
        const limits = await stage.get(ref("kuadrant.io/v1alpha1", "TokenRateLimitPolicy", "maas-trlp-gpt-oss-20b", "maas"));
        expect(Object.keys(limits.spec.limits as object).sort()).toEqual(
            TIERS.map((tier) => `models-as-a-service-${tier}-gpt-oss-20b-tokens`).sort(),
        );
        expect((await stage.get(refOf(modelRef))).status).toMatchObject({
            phase: "Ready",
            endpoint: "https://maas.apps.cluster.example.com/maas/gpt-oss-20b",
            httpRouteName: "gpt-oss-20b-kserve-route",
        });
        expect((await stage.get(ref("v1", "Secret", "authorino-server-cert", "kuadrant-system"))).type).toBe("kubernetes.io/tls");
        expect(
            await stage.cluster.get(
                ref("networking.istio.io/v1alpha3", "EnvoyFilter", "maas-default-gateway-authn-ssl", "openshift-ingress"),
            ),
        ).toBeDefined();
        const nodes = await stage.cluster.list("v1", "Node");
        const gpus = nodes.filter((node) => node.status.allocatable["nvidia.com/gpu"] === "1");
        expect(gpus).toHaveLength(2);
        expect(gpus[0]!.metadata.labels).toMatchObject({
            "nvidia.com/gpu.product": "NVIDIA-L40S",
            "feature.node.kubernetes.io/pci-10de.present": "true",
        });
        expect(gpus[0]!.spec.taints).toEqual([{ key: "nvidia.com/gpu", effect: "NoSchedule" }]);
        // The pin holds: the next version waits for an approval that nobody gives.
        const rhcl = await stage.get(ref("operators.coreos.com/v1alpha1", "Subscription", "rhcl-operator", "kuadrant-system"));
        expect(rhcl.status).toMatchObject({
            installedCSV: "rhcl-operator.v1.3.4",
            currentCSV: "rhcl-operator.v1.4.0",
            state: "UpgradePending",
        });
        const csvs = (await stage.cluster.list("operators.coreos.com/v1alpha1", "ClusterServiceVersion", "kuadrant-system")).map(
            (csv) => csv.metadata.name,
        );
        expect(csvs).toEqual([
            "authorino-operator.v1.3.0",
            "dns-operator.v1.3.0",
            "limitador-operator.v1.3.0",
            "rhcl-operator.v1.3.4",
        ]);
        expect((await stage.get(refOf(gateway))).status.listeners[0]).toMatchObject({ name: "https", attachedRoutes: 2 });
    });

    test("goes away again in the reverse order", async () => {
        stage = await Stage.open();
        await bringUp(stage);
        const remove = async (...objects: Parameters<typeof refOf>[0][]): Promise<void> => {
            for (const object of objects) {
                await stage.cluster.delete(refOf(object), { propagationPolicy: "Foreground" });
                await stage.gone(refOf(object));
            }
        };
        await remove(rateLimitPolicy, ...TIERS.map(maasAuthPolicy), ...TIERS.map(maasSubscription), modelRef, llmService());
        expect(await stage.cluster.list("kuadrant.io/v1", "AuthPolicy", "maas")).toEqual([]);
        expect(await stage.cluster.list("apps/v1", "Deployment", "maas")).toEqual([]);
        await remove(dataScienceCluster, route, gateway, kuadrant, gatewayClass);
        for (const operator of [
            "redhat-ods-operator",
            "kuadrant-system",
            "openshift-nfd",
            "nvidia-gpu-operator",
            "maas",
            "models-as-a-service",
        ]) {
            const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: operator } };
            await stage.cluster.delete(refOf(namespace));
            await stage.gone(refOf(namespace));
        }
        await remove(machineSet("us-east-2a"), machineSet("us-east-2b"));
        await stage.pass(5 * MINUTE);
        expect(
            (await stage.cluster.list("v1", "Node")).filter(
                (node) => node.metadata.labels?.["node-role.kubernetes.io/gpu"] !== undefined,
            ),
        ).toEqual([]);
        // Operators leave their definitions behind.
        expect(
            await stage.cluster.get(ref("apiextensions.k8s.io/v1", "CustomResourceDefinition", "kuadrants.kuadrant.io")),
        ).toBeDefined();
        expect(stage.simulator.problems).toEqual([]);
    });

    test("gets stuck when it goes away in the wrong order", async () => {
        stage = await Stage.open();
        await bringUp(stage);
        await stage.cluster.delete(refOf(dataScienceCluster));
        await stage.gone(refOf(dataScienceCluster));
        await stage.cluster.delete(refOf(maasSubscription("free")));
        await stage.pass(60 * MINUTE);
        const stranded = await stage.get(refOf(maasSubscription("free")));
        expect(stranded.metadata.deletionTimestamp).toBeDefined();
        expect(stranded.metadata.finalizers).toEqual(["maas.opendatahub.io/subscription-cleanup"]);
    });
});
