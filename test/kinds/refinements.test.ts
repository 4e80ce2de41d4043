/** What the schemas of kinds refuse beyond types: fields that exclude, need or must agree with each other. */
import { ClusterAutoscaler } from "../../kinds/autoscaling.openshift.io";
import { problemsOf } from "../../kinds/check";
import { APIServerPatch } from "../../kinds/config.openshift.io";
import { DSCInitializationPatch } from "../../kinds/dscinitialization.opendatahub.io";
import { HTTPRoute } from "../../kinds/gateway.networking.k8s.io";
import type { KindDefinition } from "../../kinds/kind";
import { AuthPolicy } from "../../kinds/kuadrant.io";
import { ClusterQueue } from "../../kinds/kueue.x-k8s.io";
import { OperatorGroup } from "../../kinds/operators.coreos.com";
import { LLMInferenceService } from "../../kinds/serving.kserve.io";

/** A case: kind, spec, and what is told of it (`path: part of the message`); nothing when it is accepted. */
type Case = readonly [what: string, definition: unknown, spec: object, ...told: string[]];

const queue = (...names: string[]): object => ({
    namespaceSelector: {},
    resourceGroups: [
        {
            coveredResources: ["cpu", "memory"],
            flavors: [{ name: "any", resources: names.map((name) => ({ name, nominalQuota: "1" })) }],
        },
    ],
});
const quotas = "spec.resourceGroups[0].flavors: each flavor states a quota for each covered resource, in their order";

const certificates = (...names: string[]): object => ({
    servingCerts: { namedCertificates: [{ names, servingCertificate: { name: "api-certs" } }] },
});

const policy = (authentication: object): object => ({
    targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: "g" },
    rules: { authentication },
});

const pods = { containers: [{ name: "main" }] };
const service = (change: object, scheduler?: object): object => ({
    model: { name: "m", uri: "hf://a/b" },
    router: { gateway: {}, route: {}, ...(scheduler !== undefined && { scheduler: { config: { inline: scheduler } } }) },
    template: pods,
    ...change,
});
const ranks = (parallelism: object): object => service({ parallelism });
const picker = (plugins: object[], ...refs: string[]): object =>
    service(
        {},
        {
            apiVersion: "inference.networking.x-k8s.io/v1alpha1",
            kind: "EndpointPickerConfig",
            plugins,
            schedulingProfiles: [{ name: "default", plugins: refs.map((pluginRef) => ({ pluginRef })) }],
        },
    );
const INLINE = "spec.router.scheduler.config.inline";
const volumes = (...names: string[]): object => service({ template: { ...pods, volumes: names.map((name) => ({ name })) } });

const route = (rule: object): object => ({
    parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "g", namespace: "n" }],
    rules: [
        {
            matches: [{ path: { type: "PathPrefix", value: "/m" } }],
            backendRefs: [{ group: "", kind: "Service", name: "s", port: 80 }],
            ...rule,
        },
    ],
});
const timeouts = (request?: string, backendRequest?: string): object => route({ timeouts: { request, backendRequest } });
const longer = "spec.rules[0].timeouts.backendRequest: expected no more than the timeout of the request";
const rewrites = (path: object, ...types: string[]): object =>
    route({
        matches: types.map((type) => ({ path: { type, value: "/m" } })),
        filters: [{ type: "URLRewrite", urlRewrite: { path } }],
    });
const prefix = { type: "ReplacePrefixMatch", replacePrefixMatch: "/" };
const onePrefix = "spec.rules[0].matches: expected exactly one PathPrefix match beside replacePrefixMatch";

const cases: readonly Case[] = [
    ["a backend that may take longer than the request", HTTPRoute, timeouts("10s", "11s"), longer],
    ["the same in other units", HTTPRoute, timeouts("1m", "60001ms"), longer],
    ["hours", HTTPRoute, timeouts("59m", "1h"), longer],
    ["several units", HTTPRoute, timeouts("1m30s", "1m31s"), longer],
    ["a backend that takes as long", HTTPRoute, timeouts("1h", "60m")],
    ["a backend without a limit", HTTPRoute, timeouts("10s")],
    ["a request without a limit", HTTPRoute, timeouts("0s", "1h")],
    ["a backend's limit alone", HTTPRoute, timeouts(undefined, "1h")],
    ["a prefix that is replaced", HTTPRoute, rewrites(prefix, "PathPrefix")],
    ["a prefix of an exact path", HTTPRoute, rewrites(prefix, "Exact"), onePrefix],
    ["a prefix of two paths", HTTPRoute, rewrites(prefix, "PathPrefix", "PathPrefix"), onePrefix],
    [
        "a path that is replaced whole",
        HTTPRoute,
        rewrites({ type: "ReplaceFullPath", replaceFullPath: "/v1" }, "Exact", "PathPrefix"),
    ],
    ["an expander twice", ClusterAutoscaler, { expanders: ["Random", "Random"] }, "spec.expanders: expected each expander once"],
    ["two expanders", ClusterAutoscaler, { expanders: ["Random", "Priority"] }],
    [
        "a certificate for the name inside",
        APIServerPatch,
        certificates("api.a.example.com", "api-int.a.example.com"),
        "spec.servingCerts.namedCertificates[0].names[1]: api-int must keep its certificate",
    ],
    ["a certificate for the name outside", APIServerPatch, certificates("api.api-int.example.com")],
    [
        "alerts without metrics",
        DSCInitializationPatch,
        { monitoring: { managementState: "Managed", alerting: {} } },
        "spec.monitoring.alerting: alerts are rules on metrics: set metrics.storage",
    ],
    [
        "alerts on metrics that are not kept",
        DSCInitializationPatch,
        { monitoring: { managementState: "Managed", metrics: {}, alerting: {} } },
        "spec.monitoring.alerting: alerts are rules on metrics: set metrics.storage",
    ],
    [
        "alerts on metrics",
        DSCInitializationPatch,
        { monitoring: { managementState: "Managed", metrics: { storage: { retention: "1d", size: "1Gi" } }, alerting: {} } },
    ],
    ["metrics that are not kept", DSCInitializationPatch, { monitoring: { managementState: "Managed", metrics: {} } }],
    ["no way to authenticate", AuthPolicy, policy({}), "spec.rules.authentication: expected a way to authenticate"],
    ["a way to authenticate", AuthPolicy, policy({ all: { anonymous: {} } })],
    ["quotas in another order", ClusterQueue, queue("memory", "cpu"), quotas],
    ["a quota too few", ClusterQueue, queue("cpu"), quotas],
    ["a quota too many", ClusterQueue, queue("cpu", "memory", "nvidia.com/gpu"), quotas],
    ["one quota that is for something else", ClusterQueue, queue("cpu", "nvidia.com/gpu"), quotas],
    ["quotas in order", ClusterQueue, queue("cpu", "memory")],
    [
        "a namespace twice",
        OperatorGroup,
        { targetNamespaces: ["a", "b", "a"] },
        'spec.targetNamespaces[2]: the same as item 0: "a"',
    ],
    ["two namespaces", OperatorGroup, { targetNamespaces: ["a", "b"] }],
    ["two volumes of one name", LLMInferenceService, volumes("a", "a"), 'spec.template.volumes[1]: the same as item 0: "a"'],
    ["two volumes", LLMInferenceService, volumes("a", "b")],
    [
        "stages of a pipeline beside data ranks",
        LLMInferenceService,
        ranks({ pipeline: 2, data: 2, dataLocal: 1 }),
        "spec.parallelism.pipeline: excludes data: the webhook refuses both together",
    ],
    ["stages of a pipeline", LLMInferenceService, ranks({ pipeline: 2 })],
    ["data ranks", LLMInferenceService, ranks({ data: 2, dataLocal: 1 })],
    ["ranks of neither", LLMInferenceService, ranks({ tensor: 2 })],
    [
        "data ranks of which none is said to be local",
        LLMInferenceService,
        ranks({ data: 2 }),
        "spec.parallelism.dataLocal: data and dataLocal come together",
    ],
    [
        "local ranks alone",
        LLMInferenceService,
        ranks({ dataLocal: 1 }),
        "spec.parallelism.dataLocal: data and dataLocal come together",
    ],
    [
        "workers without ranks",
        LLMInferenceService,
        service({ worker: pods }),
        "spec.worker: needs parallelism with pipeline or data: the webhook refuses it otherwise",
    ],
    [
        "workers with ranks within a node",
        LLMInferenceService,
        service({ worker: pods, parallelism: { tensor: 2 } }),
        "spec.worker: needs parallelism with pipeline or data: the webhook refuses it otherwise",
    ],
    ["workers of a pipeline", LLMInferenceService, service({ worker: pods, parallelism: { pipeline: 2 } })],
    ["workers of data ranks", LLMInferenceService, service({ worker: pods, parallelism: { data: 2, dataLocal: 1 } })],
    [
        "workers that scale",
        LLMInferenceService,
        service({
            worker: pods,
            parallelism: { pipeline: 2 },
            scaling: { minReplicas: 1, maxReplicas: 1, wva: { keda: {} } },
        }),
        "spec.scaling: excludes replicas and worker: the API server refuses them together",
    ],
    ["replicas alone", LLMInferenceService, service({ replicas: 2 })],
    ["as few copies as many", LLMInferenceService, service({ scaling: { minReplicas: 2, maxReplicas: 2, wva: { hpa: {} } } })],
    [
        "prefill pods that scale while the others do not",
        LLMInferenceService,
        service({ prefill: { template: pods, scaling: { minReplicas: 1, maxReplicas: 2, wva: { hpa: {} } } } }),
    ],
    [
        "a profile with a plugin that nobody declares",
        LLMInferenceService,
        picker([{ type: "queue-scorer" }, { type: "prefix-scorer", name: "prefix" }], "queue-scorer", "prefix-scorer"),
        `${INLINE}.schedulingProfiles[0].plugins[1].pluginRef: "prefix-scorer" is not among plugins: the scheduler would not start`,
    ],
    [
        "a profile with plugins by type and by name",
        LLMInferenceService,
        picker([{ type: "queue-scorer" }, { type: "prefix-scorer", name: "prefix" }], "queue-scorer", "prefix"),
    ],
    [
        "a block size in characters",
        LLMInferenceService,
        picker(
            [{ type: "a" }, { type: "b", parameters: { blockSize: 5 } }, { type: "c", parameters: { hashBlockSize: 5 } }],
            "a",
        ),
        `${INLINE}.plugins[1].parameters.blockSize: the scheduler does not know it any more; it is called blockSizeTokens`,
        `${INLINE}.plugins[2].parameters.hashBlockSize: the scheduler does not know it any more; it is called blockSizeTokens`,
    ],
    ["a block size in tokens", LLMInferenceService, picker([{ type: "a", parameters: { blockSizeTokens: 16 } }], "a")],
];

it.each(cases)("%s", (_what, kind, spec, ...told) => {
    const { definition } = kind as { definition: KindDefinition };
    const name = definition.names?.[0] ?? "x";
    expect(problemsOf(definition, { metadata: { name }, spec }).map((p) => `${p.path}: ${p.message}`)).toEqual(told);
});
