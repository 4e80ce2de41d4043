/** Brings a slice of the platform up in the simulated cluster. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import {
    clusterPolicy,
    databaseSecret,
    dataScienceCluster,
    gateway,
    gatewayClass,
    gatewayParameters,
    kuadrant,
    llmService,
    maasAuthPolicy,
    maasSubscription,
    machineSet,
    modelRef,
    nfdInstance,
    rateLimitPolicy,
    refOf,
    route,
    TIERS,
} from "./sliceObjects";
import { install, namespace, ref, type Stage } from "./support";

/** Brings the whole slice up, as a program with the right order would. @returns the second at which each part was ready */
export async function bringUp(stage: Stage): Promise<Record<string, number>> {
    const at: Record<string, number> = {};
    const mark = <T>(name: string, work: Promise<T>): Promise<T> =>
        work.then((value) => {
            at[name] = Math.round(stage.clock.now());
            return value;
        });

    const sets = ["us-east-2a", "us-east-2b"].map((zone) => machineSet(zone));
    await stage.create(...sets);
    const nodes = mark(
        "nodes",
        Promise.all(sets.map((set) => stage.until(refOf(set), ({ status }) => status?.readyReplicas === 1))),
    );

    const gpu = (async () => {
        await Promise.all([
            mark("nfd", install(stage, "nfd", "openshift-nfd", "stable", true)),
            mark(
                "gpu-operator",
                install(stage, "gpu-operator-certified", "nvidia-gpu-operator", "v26.3", true, { source: "certified-operators" }),
            ),
        ]);
        await stage.create(nfdInstance);
        await nodes;
        await stage.create(clusterPolicy);
        await mark(
            "gpu",
            stage.until(refOf(clusterPolicy), ({ status }) => status?.state === "ready"),
        );
    })();

    const connectivity = (async () => {
        await stage.create(gatewayClass);
        await mark("gatewayclass", stage.condition(refOf(gatewayClass), "Accepted"));
        await mark(
            "rhcl",
            install(stage, "rhcl-operator", "kuadrant-system", "stable", false, {
                installPlanApproval: "Manual",
                startingCSV: "rhcl-operator.v1.3.4",
            }),
        );
        await stage.create(kuadrant);
        await mark("kuadrant", stage.condition(refOf(kuadrant), "Ready"));
        const service = ref("v1", "Service", "authorino-authorino-authorization", "kuadrant-system");
        await stage.until(service, () => true);
        await stage.cluster.apply(
            {
                apiVersion: "v1",
                kind: "Service",
                metadata: {
                    name: service.name,
                    namespace: "kuadrant-system",
                    annotations: { "service.beta.openshift.io/serving-cert-secret-name": "authorino-server-cert" },
                },
            },
            { fieldManager: "pulumi" },
        );
        await stage.until(ref("v1", "Secret", "authorino-server-cert", "kuadrant-system"), () => true);
        await stage.cluster.apply(
            {
                apiVersion: "operator.authorino.kuadrant.io/v1beta1",
                kind: "Authorino",
                metadata: { name: "authorino", namespace: "kuadrant-system" },
                spec: { listener: { tls: { enabled: true, certSecretRef: { name: "authorino-server-cert" } } } },
            },
            { fieldManager: "pulumi", force: true },
        );
        await stage.cluster.apply(
            {
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: { name: "authorino", namespace: "kuadrant-system" },
                spec: {
                    template: {
                        spec: {
                            containers: [
                                {
                                    name: "authorino",
                                    env: [
                                        {
                                            name: "SSL_CERT_FILE",
                                            value: "/etc/ssl/certs/openshift-service-ca/service-ca-bundle.crt",
                                        },
                                    ],
                                },
                            ],
                        },
                    },
                },
            },
            { fieldManager: "pulumi" },
        );
        await stage.create(gatewayParameters, gateway, route);
        await Promise.all([
            mark("gateway", stage.condition(refOf(gateway), "Programmed")),
            mark(
                "route",
                stage.until(refOf(route), ({ status }) => status?.ingress?.[0]?.conditions?.[0]?.status === "True"),
            ),
        ]);
    })();

    const leaderWorkers = (async () => {
        await mark(
            "cert-manager",
            install(stage, "openshift-cert-manager-operator", "cert-manager-operator", "stable-v1", false),
        );
        await mark("lws", install(stage, "leader-worker-set", "openshift-lws-operator", "stable-v1.0", true));
        const operand: KubeObject = {
            apiVersion: "operator.openshift.io/v1",
            kind: "LeaderWorkerSetOperator",
            metadata: { name: "cluster" },
            spec: { managementState: "Managed", logLevel: "Normal", operatorLogLevel: "Normal" },
        };
        await stage.create(operand);
        await mark("lws-operand", stage.condition(refOf(operand), "Available"));
    })();

    await Promise.all([connectivity, leaderWorkers]);
    await mark(
        "rhoai",
        install(stage, "rhods-operator", "redhat-ods-operator", "stable-3.4", false, {
            installPlanApproval: "Manual",
            startingCSV: "rhods-operator.3.4.0",
        }),
    );
    await stage.until(ref("v1", "Namespace", "redhat-ods-applications"), () => true);
    await stage.create(databaseSecret, dataScienceCluster);
    await mark("dsc", stage.condition(refOf(dataScienceCluster), "Ready"));
    await mark("maas", stage.condition(refOf(dataScienceCluster), "ModelsAsServiceReady"));
    await gpu;
    await stage.create(namespace("maas"));
    await stage.create(llmService());
    await mark("model", stage.condition(refOf(llmService()), "Ready"));
    await stage.create(modelRef);
    await mark(
        "modelref",
        stage.until(refOf(modelRef), ({ status }) => status?.phase === "Ready"),
    );
    for (const tier of TIERS) {
        await stage.create({
            apiVersion: "user.openshift.io/v1",
            kind: "Group",
            metadata: { name: `tier-${tier}-users` },
            users: [`${tier}-user`],
        });
        await stage.create(maasSubscription(tier), maasAuthPolicy(tier));
        // They may stay Degraded for good.
        await stage.until(refOf(maasSubscription(tier)), ({ status }) => status?.phase !== undefined);
        await stage.until(refOf(maasAuthPolicy(tier)), ({ status }) => status?.phase !== undefined);
    }
    await stage.condition(ref("kuadrant.io/v1", "AuthPolicy", "maas-auth-gpt-oss-20b", "maas"), "Enforced");
    await stage.condition(ref("kuadrant.io/v1alpha1", "TokenRateLimitPolicy", "maas-trlp-gpt-oss-20b", "maas"), "Enforced");
    await stage.create(rateLimitPolicy);
    await stage.condition(refOf(rateLimitPolicy), "Accepted");
    await mark("tiers", stage.condition(refOf(rateLimitPolicy), "Enforced"));
    return at;
}
