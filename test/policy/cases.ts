/** For each rule a stack that it accepts, and the nearest ones that it refuses. */
import type { Subject } from "./judge";

/** Changes the good subjects; tells what the rule then says. */
export interface Broken {
    readonly what: string;
    readonly change: (subjects: any[]) => unknown;
    readonly says: RegExp;
}

export interface Case {
    readonly good: () => Subject[];
    readonly broken: readonly Broken[];
    /** Changes that it accepts all the same. */
    readonly accepted: readonly Omit<Broken, "says">[];
    readonly config?: Readonly<Record<string, unknown>>;
    /** What an unknown value may turn out to be, beside what stands in the accepted subjects. */
    readonly may?: readonly unknown[];
    /** Paths whose value follows from another's, or that are there whatever their value is. */
    readonly follows?: RegExp;
    /** Paths on whose value several others hang: the rule says nothing while it is unknown, though a thinker could. */
    readonly silent?: RegExp;
    /** It does not matter which resource is told of. */
    readonly anywhere?: boolean;
}

export const k = (type: string, name: string, props: object, more: Partial<Subject> = {}): Subject => ({
    type: `kubernetes:${type}`,
    name,
    props: props as Record<string, unknown>,
    ...more,
});
const CERT = "service.beta.openshift.io/serving-cert-secret-name";
export const model = (template: object): Subject =>
    k("serving.kserve.io/v1alpha2:LLMInferenceService", "model", { metadata: { name: "m", namespace: "n" }, spec: { template } });
export const subscription = (name: string, priority: number, limit: number, groups = [`${name}-users`]): Subject =>
    k("maas.opendatahub.io/v1alpha1:MaaSSubscription", `${name}-subscription`, {
        metadata: { name },
        spec: {
            priority,
            owner: { groups: groups.map((g) => ({ name: g })) },
            modelRefs: [{ name: "m", namespace: "n", tokenRateLimits: [{ limit, window: "1m" }] }],
        },
    });
const authPolicy = (name: string, groups = [`${name}-users`]): Subject =>
    k("maas.opendatahub.io/v1alpha1:MaaSAuthPolicy", `${name}-auth-policy`, {
        metadata: { name },
        spec: { modelRefs: [{ name: "m", namespace: "n" }], subjects: { groups: groups.map((g) => ({ name: g })) } },
    });
export const olm = (name: string, spec: object): Subject =>
    k("operators.coreos.com/v1alpha1:Subscription", name, { metadata: { name }, spec: { name, ...spec } });
export const deployment = (container: object, labels: object = { app: "db" }): Subject =>
    k("apps/v1:Deployment", "workload", {
        metadata: { name: "w", namespace: "n" },
        spec: { template: { metadata: { labels }, spec: { containers: [container] } } },
    });

export const nodes = (replicas: number, instanceType = "g6e.2xlarge"): Subject =>
    k("machine.openshift.io/v1beta1:MachineSet", "pool-l40s-us-east-2a", {
        metadata: { name: "set", namespace: "openshift-machine-api" },
        spec: {
            replicas,
            template: {
                spec: {
                    metadata: { labels: { "maas-platform.io/pool": "l40s" } },
                    taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
                    providerSpec: {
                        value: {
                            kind: "AWSMachineProviderConfig",
                            instanceType,
                            placement: { region: "us-east-1", availabilityZone: "us-east-1a" },
                        },
                    },
                },
            },
        },
    });
export const servedOn = (pool: string, replicas: number): Subject =>
    k("serving.kserve.io/v1alpha2:LLMInferenceService", "model-m-service", {
        metadata: { name: "m", namespace: "n" },
        spec: {
            replicas,
            template: {
                nodeSelector: { "maas-platform.io/pool": pool },
                tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
                containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": "1" } } }],
            },
        },
    });

export const gatewayOf = (): Subject =>
    k("gateway.networking.k8s.io/v1:Gateway", "gateway", {
        metadata: {
            name: "maas-default-gateway",
            namespace: "openshift-ingress",
            labels: { "app.kubernetes.io/name": "maas" },
            annotations: { "opendatahub.io/managed": "false", "security.opendatahub.io/authorino-tls-bootstrap": "true" },
        },
        spec: {
            listeners: [
                {
                    name: "https",
                    protocol: "HTTPS",
                    tls: { mode: "Terminate" },
                    allowedRoutes: { namespaces: { from: "Selector" } },
                },
            ],
        },
    });

export const cases: Readonly<Record<string, Case>> = {
    "hard-wired-names": {
        good: () => [
            k("kuadrant.io/v1beta1:Kuadrant", "kuadrant", { metadata: { name: "kuadrant", namespace: "kuadrant-system" } }),
            k("core/v1:Secret", "connection", { metadata: { name: "maas-db-config", namespace: "redhat-ods-applications" } }),
            gatewayOf(),
        ],
        broken: [
            {
                what: "Kuadrant elsewhere",
                change: ([q]) => (q.props.metadata.namespace = "openshift-operators"),
                says: /^kuadrant: metadata\.namespace: openshift-operators, expected kuadrant-system/,
            },
            {
                what: "the database's Secret elsewhere",
                change: ([, c]) => (c.props.metadata.namespace = "maas"),
                says: /^connection: metadata\.namespace: maas, expected redhat-ods-applications/,
            },
            {
                what: "another gateway's name",
                change: ([, , g]) => (g.props.metadata.name = "maas-gateway"),
                says: /^gateway: metadata\.name: maas-gateway, expected maas-default-gateway/,
            },
            {
                what: "the gateway elsewhere",
                change: ([, , g]) => (g.props.metadata.namespace = "maas"),
                says: /^gateway: metadata\.namespace: maas, expected openshift-ingress/,
            },
        ],
        accepted: [
            {
                what: "another Secret elsewhere",
                change: ([, c]) => Object.assign(c.props.metadata, { name: "x", namespace: "y" }),
            },
        ],
    },
    "gateway-is-governed": {
        good: () => [gatewayOf()],
        broken: [
            {
                what: "no TLS to Authorino",
                change: ([g]) => delete g.props.metadata.annotations["security.opendatahub.io/authorino-tls-bootstrap"],
                says: /authorino-tls-bootstrap"\]: expected "true"/,
            },
            {
                what: "OpenShift AI's own policy",
                change: ([g]) => (g.props.metadata.annotations["opendatahub.io/managed"] = "true"),
                says: /managed"\]: expected "false"/,
            },
            { what: "plain HTTP", change: ([g]) => (g.props.spec.listeners[0].protocol = "HTTP"), says: /HTTP, expected HTTPS/ },
            {
                what: "passthrough",
                change: ([g]) => (g.props.spec.listeners[0].tls.mode = "Passthrough"),
                says: /expected Terminate/,
            },
            {
                what: "routes from anywhere",
                change: ([g]) => (g.props.spec.listeners[0].allowedRoutes.namespaces.from = "All"),
                says: /lets any namespace attach/,
            },
        ],
        accepted: [
            {
                what: "another gateway as it likes",
                change: ([g]) => ((g.props.metadata.name = "other"), (g.props.metadata.annotations = {})),
            },
        ],
    },
    "models-are-reachable": {
        good: () => [
            gatewayOf(),
            k("serving.kserve.io/v1alpha2:LLMInferenceService", "model-m-service", {
                metadata: { name: "m", namespace: "n", annotations: { "security.opendatahub.io/enable-auth": "true" } },
                spec: { router: { gateway: { refs: [{ name: "maas-default-gateway", namespace: "openshift-ingress" }] } } },
            }),
            k("maas.opendatahub.io/v1alpha1:MaaSModelRef", "ref", {
                metadata: { name: "m", namespace: "n" },
                spec: { modelRef: { kind: "LLMInferenceService", name: "m" } },
            }),
        ],
        broken: [
            {
                what: "a gateway that is not there",
                change: ([, m]) => m.props.spec.router.gateway.refs.push({ name: "x", namespace: "y" }),
                says: /^model-m-service: .*there is no Gateway y\/x/,
            },
            {
                what: "no gateway",
                change: ([, m]) => (m.props.spec.router.gateway.refs = []),
                says: /must hang on maas-default-gateway/,
            },
            {
                what: "no question who calls",
                change: ([, m]) => (m.props.metadata.annotations["security.opendatahub.io/enable-auth"] = "false"),
                says: /enable-auth"\]: false, expected "true"/,
            },
            {
                what: "a reference to nothing",
                change: ([, , r]) => (r.props.spec.modelRef.name = "q"),
                says: /^ref: .*there is no LLMInferenceService n\/q; expected one of n\/m/,
            },
        ],
        accepted: [
            {
                what: "a model that is not published",
                change: (all) => (
                    all.pop(),
                    (all[1].props.metadata.annotations = {}),
                    (all[1].props.spec.router.gateway.refs = [])
                ),
            },
        ],
    },
    "request-limits-match": {
        silent: /metadata\.name$/,
        good: () => [
            subscription("free", 1, 100),
            k("kuadrant.io/v1:RateLimitPolicy", "limits", {
                spec: {
                    limits: {
                        free: {
                            when: [{ predicate: 'auth.identity.selected_subscription == "free"' }],
                            counters: [{ expression: "auth.identity.userid" }],
                        },
                    },
                },
            }),
        ],
        broken: [
            { what: "no limit", change: (all) => all.pop(), says: /^free-subscription: .*has no request limit/ },
            {
                what: "a limit of all users together",
                change: ([, l]) => delete l.props.spec.limits.free.counters,
                says: /^limits: spec\.limits\.free: has no counter/,
            },
            {
                what: "a limit for nobody",
                change: ([, l]) => {
                    l.props.spec.limits.more = structuredClone(l.props.spec.limits.free);
                    l.props.spec.limits.more.when[0].predicate = 'auth.identity.selected_subscription == "fre"';
                },
                says: /spec\.limits\.more: there is no subscription fre; expected one of free/,
            },
        ],
        accepted: [{ what: "no tiers", change: (all) => all.shift() }],
    },
    "gpus-within-quota": {
        good: () => [nodes(2)],
        broken: [
            {
                what: "one node too many",
                change: ([n]) => (n.props.spec.replicas = 3),
                says: /^pool-l40s-us-east-2a: GPU nodes ask for 24 vCPU in us-east-1, and the quota "Running On-Demand G and VT instances" \(L-DB2E81BA\) is 16: 3 x g6e\.2xlarge \(8 vCPU each\) in pool l40s$/,
            },
            {
                what: "a second set in the region",
                change: (all) => all.push({ ...nodes(1), name: "more" }),
                says: /ask for 24 vCPU/,
            },
            { what: "spot", change: ([n]) => (machine(n).spotMarketOptions = {}), says: /Spot.* \(L-3819A6DF\) is 8/ },
            { what: "other nodes", change: ([n]) => (machine(n).instanceType = "p5.48xlarge"), says: /\(L-417A185B\) is 100/ },
        ],
        accepted: [{ what: "none at all", change: ([n]) => (n.props.spec.replicas = 0) }],
        follows: /placement\.region$/,
        anywhere: true,
        config: { vcpus: { "L-DB2E81BA": 16, "L-3819A6DF": 8, "L-417A185B": 100 } },
    },
    "nodes-within-budget": {
        good: () => [nodes(2)],
        broken: [
            {
                what: "ten times as many",
                change: ([n]) => (n.props.spec.replicas = 20),
                says: /^pool-l40s-us-east-2a: GPU nodes cost \$ [\d,]+ a month, and the budget is \$ 5,000: 20 x g6e\.2xlarge in pool l40s \$ [\d,]+ \(730 h on demand, prices of /,
            },
        ],
        accepted: [{ what: "a type whose price is unknown", change: ([n]) => (machine(n).instanceType = "x9.large") }],
        follows: /placement\.region$/,
        config: { monthlyUsd: 5000 },
    },
    "instance-types-are-allowed": {
        good: () => [nodes(1)],
        broken: [
            {
                what: "another family",
                change: ([n]) => (machine(n).instanceType = "p5.48xlarge"),
                says: /p5\.48xlarge is of none of g6e/,
            },
            {
                what: "another region",
                change: ([n]) => (machine(n).placement = { region: "eu-west-1", availabilityZone: "eu-west-1a" }),
                says: /eu-west-1 is none of us-east-1/,
            },
        ],
        accepted: [{ what: "another size", change: ([n]) => (machine(n).instanceType = "g6e.48xlarge") }],
        follows: /placement\.region$/,
        config: { families: ["g6e"], regions: ["us-east-1"] },
    },
    "models-fit-their-pools": {
        silent: /maas-platform\.io\/pool$/,
        good: () => [nodes(2), servedOn("l40s", 2)],
        broken: [
            { what: "one copy too many", change: ([, m]) => (m.props.spec.replicas = 3), says: /^model-m-service: pool l40s: / },
            { what: "one node less", change: ([n]) => (n.props.spec.replicas = 1), says: /pool l40s: / },
            {
                what: "more GPUs than a node has",
                change: ([, m]) => (m.props.spec.template.containers[0].resources.limits["nvidia.com/gpu"] = "2"),
                says: /pool l40s: /,
            },
        ],
        accepted: [{ what: "room to spare", change: ([, m]) => (m.props.spec.replicas = 1) }],
    },
    "images-are-pinned": {
        good: () => [deployment({ name: "c", image: "registry.redhat.io/rhel9/postgresql-16:9.6" })],
        broken: [
            { what: "latest", change: ([d]) => (image(d).image = "quay.io/a/b:latest"), says: /whatever is newest/ },
            { what: "no tag", change: ([d]) => (image(d).image = "quay.io/a/b"), says: /names no version/ },
            { what: "a port and no tag", change: ([d]) => (image(d).image = "quay.io:443/a/b"), says: /names no version/ },
            { what: "another registry", change: ([d]) => (image(d).image = "docker.io/a/b:1"), says: /comes from none of/ },
            {
                what: "a registry that only begins so",
                change: ([d]) => (image(d).image = "quay.io.evil.example/a:1"),
                says: /comes from none of/,
            },
            {
                what: "an init container",
                change: ([d]) => (d.props.spec.template.spec.initContainers = [{ image: "quay.io/a/b" }]),
                says: /^workload: spec\.template\.spec\.initContainers\[0\]\.image/,
            },
        ],
        accepted: [
            { what: "a digest", change: ([d]) => (image(d).image = `quay.io/a/b@sha256:${"0".repeat(64)}`) },
            { what: "the release's own image", change: ([d]) => delete image(d).image },
        ],
        config: { registries: ["registry.redhat.io", "quay.io", "quay.io:443"] },
    },
    "no-secret-in-environment": {
        good: () => [deployment({ name: "c", env: [{ name: "TOKEN_LIMIT", value: "5" }] })],
        broken: ["DB_PASSWORD", "HF_TOKEN", "api_key", "CLIENT_SECRET"].map((name) => ({
            what: name,
            change: ([d]: any[]) => (image(d).env = [{ name, value: "x" }]),
            says: new RegExp(`env\\[0\\]\\.value: ${name} is given in plain text`),
        })),
        accepted: [
            {
                what: "a reference",
                change: ([d]) => (image(d).env = [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }]),
            },
            { what: "an empty value", change: ([d]) => (image(d).env = [{ name: "DB_PASSWORD", value: "" }]) },
        ],
    },
    "gateway-keeps-its-certificate": {
        good: () => [
            k("gateway.networking.k8s.io/v1:Gateway", "gateway", {
                metadata: { name: "g", namespace: "openshift-ingress" },
                spec: { listeners: [{ name: "https", tls: { certificateRefs: [{ name: "certs" }] } }] },
            }),
            k("core/v1:ConfigMap", "parameters", {
                metadata: { name: "p", namespace: "openshift-ingress" },
                data: { service: "spec:\n  type: ClusterIP\n" },
            }),
        ],
        broken: [
            {
                what: "its parameters ask for it",
                change: ([, c]) => (c.props.data.service = `metadata:\n  annotations:\n    ${CERT}: certs\n`),
                says: /^parameters: service-ca will overwrite Secret certs, which Gateway openshift-ingress\/g shows/,
            },
            {
                what: "its parameters ask for it in JSON",
                change: ([, c]) => (c.props.data.service = JSON.stringify({ metadata: { annotations: { [CERT]: "certs" } } })),
                says: /overwrite Secret certs/,
            },
            {
                what: "a Service asks for it",
                change: (all) =>
                    all.push(
                        k("core/v1:Service", "svc", {
                            metadata: { namespace: "openshift-ingress", annotations: { [CERT]: "certs" } },
                        }),
                    ),
                says: /^svc: service-ca will overwrite/,
            },
        ],
        accepted: [
            {
                what: "another Secret",
                change: ([, c]) => (c.props.data.service = `metadata:\n  annotations:\n    ${CERT}: others\n`),
            },
            {
                what: "another namespace",
                change: (all) =>
                    all.push(k("core/v1:Service", "svc", { metadata: { namespace: "n", annotations: { [CERT]: "certs" } } })),
            },
        ],
    },
    "routes-refuse-plain-http": {
        good: () => [
            k("route.openshift.io/v1:Route", "route", {
                spec: { tls: { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" } },
            }),
        ],
        broken: [
            { what: "no TLS", change: ([r]) => delete r.props.spec.tls, says: /answers plain HTTP/ },
            {
                what: "Allow",
                change: ([r]) => (r.props.spec.tls.insecureEdgeTerminationPolicy = "Allow"),
                says: /expected Redirect or None/,
            },
        ],
        accepted: [{ what: "the default, None", change: ([r]) => delete r.props.spec.tls.insecureEdgeTerminationPolicy }],
    },
    "nodes-are-hardened": {
        may: [{ ebs: { encrypted: true } }],
        good: () => [
            k("machine.openshift.io/v1beta1:MachineSet", "set", {
                spec: {
                    template: {
                        spec: {
                            providerSpec: {
                                value: {
                                    kind: "AWSMachineProviderConfig",
                                    blockDevices: [{ ebs: { encrypted: true } }],
                                    metadataServiceOptions: { authentication: "Required" },
                                },
                            },
                        },
                    },
                },
            }),
        ],
        broken: [
            {
                what: "a plain disk",
                change: ([s]) => delete machine(s).blockDevices[0].ebs.encrypted,
                says: /encrypted: expected true/,
            },
            {
                what: "a second plain disk",
                change: ([s]) => machine(s).blockDevices.push({ ebs: {} }),
                says: /blockDevices\[1\]/,
            },
            {
                what: "the old metadata service",
                change: ([s]) => delete machine(s).metadataServiceOptions,
                says: /expected Required/,
            },
            {
                what: "the metadata service as one likes",
                change: ([s]) => (machine(s).metadataServiceOptions.authentication = "Optional"),
                says: /expected Required/,
            },
        ],
        accepted: [
            {
                what: "another cloud",
                change: ([s]) => ((machine(s).kind = "AzureMachineProviderSpec"), delete machine(s).blockDevices),
            },
        ],
    },
    "gpu-pods-tolerate-the-taint": {
        follows: /nvidia\.com\/gpu$/,
        good: () => [
            model({
                tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
                containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": "1" } } }],
            }),
        ],
        broken: [
            {
                what: "no toleration",
                change: ([m]) => delete m.props.spec.template.tolerations,
                says: /does not tolerate the taint nvidia\.com\/gpu/,
            },
            {
                what: "a toleration of a value",
                change: ([m]) =>
                    (m.props.spec.template.tolerations = [{ key: "nvidia.com/gpu", operator: "Equal", value: "true" }]),
                says: /with operator Exists/,
            },
            {
                what: "another key",
                change: ([m]) => (m.props.spec.template.tolerations[0].key = "gpu"),
                says: /does not tolerate/,
            },
            {
                what: "another effect",
                change: ([m]) => (m.props.spec.template.tolerations[0].effect = "NoExecute"),
                says: /does not tolerate/,
            },
        ],
        accepted: [
            { what: "every taint", change: ([m]) => (m.props.spec.template.tolerations = [{ operator: "Exists" }]) },
            {
                what: "no GPU",
                change: ([m]) => (
                    delete m.props.spec.template.tolerations,
                    (m.props.spec.template.containers[0].resources = { limits: { cpu: "1" } })
                ),
            },
        ],
    },
    "usage-is-counted": {
        good: () => [
            model({
                containers: [
                    { name: "main", env: [{ name: "VLLM_ADDITIONAL_ARGS", value: "--a --enable-force-include-usage" }] },
                ],
            }),
        ],
        broken: [
            {
                what: "no flag",
                change: ([m]) => (m.props.spec.template.containers[0].env[0].value = "--a"),
                says: /is not given --enable-force/,
            },
            {
                what: "a longer flag",
                change: ([m]) => (m.props.spec.template.containers[0].env[0].value = "--enable-force-include-usage-x"),
                says: /is not given/,
            },
            {
                what: "the flag in another variable",
                change: ([m]) => (m.props.spec.template.containers[0].env[0].name = "ARGS"),
                says: /is not given/,
            },
            {
                what: "no main container",
                change: ([m]) => (m.props.spec.template.containers[0].name = "x"),
                says: /no container main/,
            },
        ],
        accepted: [
            {
                what: "the flag as an argument",
                change: ([m]) => (m.props.spec.template.containers[0] = { name: "main", args: ["--enable-force-include-usage"] }),
            },
        ],
    },
    "pins-fit-the-release": {
        good: () => [
            olm("rhods-operator", { channel: "stable-3.4", startingCSV: "rhods-operator.3.4.0", installPlanApproval: "Manual" }),
            olm("rhcl-operator", { channel: "stable", startingCSV: "rhcl-operator.v1.3.4", installPlanApproval: "Manual" }),
            olm("nfd", { channel: "stable", installPlanApproval: "Automatic" }),
        ],
        broken: [
            {
                what: "the next minor version",
                change: ([, r]) => (r.props.spec.startingCSV = "rhcl-operator.v1.4.0"),
                says: /needs 1\.3\.x/,
            },
            {
                what: "no pin",
                change: ([, r]) => delete r.props.spec.startingCSV,
                says: /is not pinned; OpenShift AI 3\.4 needs 1\.3\.x/,
            },
            { what: "upgrades", change: ([, r]) => (r.props.spec.installPlanApproval = "Automatic"), says: /upgraded at once/ },
            { what: "upgrades by default", change: ([, r]) => delete r.props.spec.installPlanApproval, says: /OLM upgrades it/ },
        ],
        accepted: [
            { what: "a later patch", change: ([, r]) => (r.props.spec.startingCSV = "rhcl-operator.v1.3.5") },
            { what: "no OpenShift AI", change: (all) => all.shift() },
        ],
    },
    "no-clashing-operator": {
        good: () => [olm("servicemeshoperator3", {})],
        broken: [
            { what: "Service Mesh 2", change: ([s]) => (s.props.spec.name = "servicemeshoperator"), says: /Service Mesh 2/ },
            { what: "Open Data Hub", change: ([s]) => (s.props.spec.name = "opendatahub-operator"), says: /Open Data Hub/ },
        ],
        accepted: [{ what: "Service Mesh 3", change: ([s]) => (s.props.spec.name = "servicemeshoperator3") }],
    },
    "order-of-the-gateway": {
        good: () => [
            k("gateway.networking.k8s.io/v1:GatewayClass", "class", { metadata: { name: "c" } }),
            k(
                "operators.coreos.com/v1alpha1:Subscription",
                "rhcl",
                { spec: { name: "rhcl-operator" } },
                { dependencies: ["class"] },
            ),
            k(
                "operator.authorino.kuadrant.io/v1beta1:AuthorinoPatch",
                "authorino",
                { metadata: { name: "authorino" } },
                { dependencies: ["rhcl"] },
            ),
            k(
                "gateway.networking.k8s.io/v1:Gateway",
                "gateway",
                {
                    metadata: {
                        name: "maas-default-gateway",
                        annotations: { "security.opendatahub.io/authorino-tls-bootstrap": "true" },
                    },
                },
                { dependencies: ["authorino"] },
            ),
            k("core/v1:Secret", "connection", { metadata: { name: "maas-db-config" } }),
            k(
                "datasciencecluster.opendatahub.io/v2:DataScienceCluster",
                "dsc",
                { spec: { components: { kserve: { modelsAsService: { managementState: "Managed" } } } } },
                { dependencies: ["gateway", "connection"] },
            ),
        ],
        broken: [
            { what: "Connectivity Link first", change: ([, r]) => (r.dependencies = []), says: /^rhcl: .*MissingDependency/ },
            {
                what: "the gateway before Authorino's TLS",
                change: ([, , , g]) => (g.dependencies = ["rhcl"]),
                says: /^gateway: .*without TLS/,
            },
            {
                what: "MaaS before the gateway",
                change: (all) => (all[5].dependencies = ["connection"]),
                says: /^dsc: .*no gateway/,
            },
            { what: "MaaS before the database", change: (all) => (all[5].dependencies = ["gateway"]), says: /^dsc: .*database/ },
        ],
        accepted: [
            {
                what: "no MaaS",
                change: (all) => (
                    (all[5].dependencies = []),
                    (all[5].props.spec.components.kserve.modelsAsService.managementState = "Removed")
                ),
            },
        ],
    },
    "tiers-rise": {
        good: () => [subscription("free", 1, 100), subscription("premium", 2, 1000)],
        broken: [
            {
                what: "less for more",
                change: ([, p]) => (p.props.spec.modelRefs[0].tokenRateLimits[0].limit = 50),
                says: /^premium-subscription: allows less of m than free/,
            },
            {
                what: "the same in a longer window",
                change: ([, p]) => (p.props.spec.modelRefs[0].tokenRateLimits = [{ limit: 100, window: "2m" }]),
                says: /allows less of m than free/,
            },
            {
                what: "a second, stricter window",
                change: ([, p]) => p.props.spec.modelRefs[0].tokenRateLimits.push({ limit: 100, window: "1h" }),
                says: /allows less/,
            },
        ],
        accepted: [
            { what: "as much", change: ([, p]) => (p.props.spec.modelRefs[0].tokenRateLimits[0].limit = 100) },
            { what: "another model", change: ([, p]) => (p.props.spec.modelRefs[0].name = "other") },
            {
                what: "the same priority",
                change: ([, p]) => ((p.props.spec.priority = 1), (p.props.spec.modelRefs[0].tokenRateLimits[0].limit = 50)),
            },
        ],
    },
    "limits-do-not-shadow": {
        good: () => [
            k("kuadrant.io/v1:RateLimitPolicy", "limits", {
                metadata: { name: "p", namespace: "n" },
                spec: {
                    targetRef: { kind: "Gateway", name: "g" },
                    limits: {
                        free: { when: [{ predicate: "a" }], rates: [{ limit: 1, window: "1m" }] },
                        premium: { when: [{ predicate: "b" }], rates: [{ limit: 2, window: "1m" }] },
                    },
                },
            }),
        ],
        broken: [
            {
                what: "the same predicate",
                change: ([p]) => (p.props.spec.limits.premium.when = [{ predicate: "a" }]),
                says: /spec\.limits\.premium: has the condition of free/,
            },
            {
                what: "no predicate twice",
                change: ([p]) => (delete p.props.spec.limits.premium.when, delete p.props.spec.limits.free.when),
                says: /hides the other/,
            },
            {
                what: "a second policy on the gateway",
                change: (all) => all.push({ ...structuredClone(all[0]), name: "more" }),
                says: /^more: RateLimitPolicy n\/p limits Gateway n\/g already/,
            },
        ],
        accepted: [
            {
                what: "counters that differ",
                change: ([p]) => (
                    (p.props.spec.limits.premium.when = [{ predicate: "a" }]),
                    (p.props.spec.limits.premium.counters = [{ expression: "x" }])
                ),
            },
            {
                what: "another listener",
                change: (all) => {
                    const more = structuredClone(all[0]);
                    more.props.spec.targetRef.sectionName = "s";
                    all.push({ ...more, name: "more" });
                },
            },
        ],
    },
    "models-are-governed": {
        silent: /(groups\.\d+|metadata)\.name(space)?$/,
        good: () => [
            k("maas.opendatahub.io/v1alpha1:MaaSModelRef", "ref", { metadata: { name: "m", namespace: "n" } }),
            subscription("free", 1, 100),
            authPolicy("free"),
        ],
        broken: [
            { what: "no authorization policy", change: (all) => all.pop(), says: /^ref: .*no MaaSAuthPolicy/ },
            { what: "no subscription", change: (all) => all.splice(1, 1), says: /^ref: .*no MaaSSubscription/ },
            {
                what: "a group with tokens and no access",
                change: ([, s]) => s.props.spec.owner.groups.push({ name: "more" }),
                says: /^free-subscription: .*gives group more tokens of n\/m/,
            },
            {
                what: "a group with access and no tokens",
                change: ([, , a]) => a.props.spec.subjects.groups.push({ name: "more" }),
                says: /^free-auth-policy: .*lets group more call n\/m/,
            },
        ],
        accepted: [
            {
                what: "two groups that agree",
                change: ([, s, a]) => {
                    s.props.spec.owner.groups.push({ name: "more" });
                    a.props.spec.subjects.groups.push({ name: "more" });
                },
            },
            {
                what: "an external model",
                change: ([, s, a]) => [s, a].forEach((o) => o.props.spec.modelRefs.push({ name: "x", namespace: "n" })),
            },
        ],
    },
    "tiers-name-their-groups": {
        good: () => [subscription("premium", 1, 1), authPolicy("premium")],
        broken: [
            {
                what: "a subscription for everybody",
                change: ([s]) => (s.props.spec.owner.groups[0].name = "system:authenticated"),
                says: /^premium-subscription: spec\.owner\.groups\[0\]\.name: system:authenticated is everybody/,
            },
            {
                what: "a policy for everybody",
                change: ([, a]) => (a.props.spec.subjects.groups[0].name = "system:authenticated:oauth"),
                says: /spec\.subjects\.groups\[0\]\.name/,
            },
        ],
        accepted: [
            {
                what: "the free tier for everybody",
                change: ([s]) => ((s.props.metadata.name = "free"), (s.props.spec.owner.groups[0].name = "system:authenticated")),
            },
        ],
    },
    "few-cluster-admins": {
        silent: /subjects\.\d+\.name/,
        good: () => [
            k("rbac.authorization.k8s.io/v1:ClusterRoleBinding", "binding", {
                roleRef: { name: "view" },
                subjects: [{ kind: "ServiceAccount", name: "sa", namespace: "n" }],
            }),
        ],
        broken: [
            {
                what: "cluster-admin",
                change: ([b]) => (b.props.roleRef.name = "cluster-admin"),
                says: /subjects\[0\]: n:sa becomes/,
            },
        ],
        accepted: [
            {
                what: "a listed admin",
                change: ([b]) => (
                    (b.props.roleRef.name = "cluster-admin"),
                    (b.props.subjects = [{ kind: "Group", name: "listed" }])
                ),
            },
        ],
        config: { admins: ["listed"] },
        may: ["listed", { kind: "Group", name: "listed" }, []],
    },
    "passwords-are-in-vault": {
        follows: /htpasswd$/,
        good: () => [
            k("core/v1:Secret", "connection", {
                metadata: { name: "maas-db-config", namespace: "redhat-ods-applications" },
                stringData: { DB_CONNECTION_URL: "x" },
            }),
            k("external-secrets.io/v1:ExternalSecret", "users", {
                metadata: { name: "maas-htpasswd", namespace: "openshift-config" },
                spec: { target: { template: { metadata: { labels: { "maas-platform.io/identity": "provider" } } } } },
            }),
        ],
        broken: [
            {
                what: "a file of users",
                change: ([s]) => ((s.props.metadata.namespace = "openshift-config"), (s.props.stringData = { htpasswd: "a:b" })),
                says: /^connection: Secret openshift-config\/maas-db-config holds passwords of users/,
            },
            {
                what: "one whose content is not known",
                change: ([s]) => (
                    (s.props.metadata.namespace = "openshift-config"),
                    (s.props.metadata.labels = { "maas-platform.io/identity": "provider" }),
                    (s.props.stringData = {})
                ),
                says: /holds passwords of users/,
            },
        ],
        accepted: [
            { what: "such a key elsewhere", change: ([s]) => (s.props.stringData = { htpasswd: "a:b" }) },
            { what: "another Secret beside it", change: ([s]) => (s.props.metadata.namespace = "openshift-config") },
        ],
    },
    "databases-are-fenced": {
        good: () => [
            deployment({ name: "c", image: "registry.redhat.io/rhel9/postgresql-16:9.6" }),
            k("networking.k8s.io/v1:NetworkPolicy", "fence", {
                metadata: { namespace: "n" },
                spec: { podSelector: { matchLabels: { app: "db" } } },
            }),
        ],
        broken: [
            { what: "no policy", change: (all) => all.pop(), says: /^workload: .*no NetworkPolicy selects its pods/ },
            {
                what: "a policy for others",
                change: ([, p]) => (p.props.spec.podSelector.matchLabels.app = "web"),
                says: /no NetworkPolicy/,
            },
            { what: "a policy elsewhere", change: ([, p]) => (p.props.metadata.namespace = "m"), says: /no NetworkPolicy/ },
            {
                what: "redis too",
                change: (all) => (all.pop(), (image(all[0]).image = "quay.io/a/redis:7")),
                says: /no NetworkPolicy/,
            },
        ],
        accepted: [
            { what: "every pod of the namespace", change: ([, p]) => (p.props.spec.podSelector = {}) },
            { what: "no database", change: (all) => (all.pop(), (image(all[0]).image = "quay.io/a/web:1")) },
        ],
    },
};

/** The first container of a deployment. */
export function image(deployed: any): any {
    return deployed.props.spec.template.spec.containers[0];
}

export function machine(set: any): any {
    return set.props.spec.template.spec.providerSpec.value;
}
