/** Cases of the rule about models elsewhere. */
import { type Case, k, UNKNOWN } from "./case";

export const external: Readonly<Record<string, Case>> = {
    "external-models-match": {
        good: () => [
            k("maas.opendatahub.io/v1alpha1:MaaSModelRef", "ref", {
                metadata: { name: "gpt", namespace: "n" },
                spec: { modelRef: { kind: "ExternalModel", name: "gpt" } },
            }),
            k("maas.opendatahub.io/v1alpha1:ExternalModel", "external", {
                metadata: { name: "gpt", namespace: "n" },
                spec: { credentialRef: { name: "key" } },
            }),
            k("core/v1:Secret", "secret", {
                metadata: { name: "key", namespace: "n", labels: { "inference.networking.k8s.io/bbr-managed": "true" } },
                stringData: { "api-key": "x" },
            }),
        ],
        broken: [
            {
                what: "another name of the reference",
                change: ([r]) => (r.props.metadata.name = "gpt-4"),
                says: /^ref: spec\.modelRef\.name: gpt differs from the name of the MaaSModelRef, so the gateway does not find the model; set gpt-4$/,
            },
            {
                what: "no such model",
                change: ([, e]) => (e.props.metadata.name = "other"),
                says: /^ref: spec\.modelRef\.name: there is no ExternalModel n\/gpt, so every call fails; create it or correct the name$/,
            },
            {
                what: "a model elsewhere",
                change: (all) => (all.pop(), (all[1].props.metadata.namespace = "m")),
                says: /^ref: spec\.modelRef\.name: there is no ExternalModel n\/gpt, so every call fails; create it or correct the name$/,
            },
            {
                what: "no label",
                change: ([, , s]) => delete s.props.metadata.labels,
                says: /^secret: metadata\.labels\["inference\.networking\.k8s\.io\/bbr-managed"\]: must be "true"/,
            },
            {
                what: "a label that says no",
                change: ([, , s]) => (s.props.metadata.labels["inference.networking.k8s.io/bbr-managed"] = "false"),
                says: /^secret: metadata\.labels\["inference\.networking\.k8s\.io\/bbr-managed"\]: must be "true"/,
            },
            {
                what: "another key",
                change: ([, , s]) => (s.props.stringData = { OPENAI_API_KEY: "x" }),
                says: /^secret: data: there is no key api-key, so the gateway has no credentials for the provider; it has OPENAI_API_KEY$/,
            },
            {
                what: "no key",
                change: ([, , s]) => delete s.props.stringData,
                says: /^secret: data: there is no key api-key, so the gateway has no credentials for the provider; it has none$/,
            },
            {
                what: "another name of the model than of its reference",
                change: ([r, e]) => ((r.props.spec.modelRef.name = "gpt-4"), (e.props.metadata.name = "gpt-4")),
                says: /^ref: spec\.modelRef\.name: gpt-4 differs from the name of the MaaSModelRef, so the gateway does not find the model; set gpt$/,
            },
            {
                what: "a reference elsewhere",
                change: ([r]) => (r.props.metadata.namespace = "m"),
                says: /^ref: spec\.modelRef\.name: there is no ExternalModel m\/gpt, so every call fails; create it or correct the name$/,
            },
            {
                what: "another key in base64",
                change: ([, , s]) => (delete s.props.stringData, (s.props.data = { OPENAI_API_KEY: "eA==" })),
                says: /^secret: data: there is no key api-key, so the gateway has no credentials for the provider; it has OPENAI_API_KEY$/,
            },
            {
                what: "a Secret without the label, brought to the model",
                change: (all) => {
                    all[1].props.spec.credentialRef.name = "ours";
                    all.push(
                        k("core/v1:Secret", "ours", { metadata: { name: "ours", namespace: "n" }, data: { "api-key": "eA==" } }),
                    );
                },
                says: /^ours: metadata\.labels.* does not read Secret n\/ours$/,
            },
        ],
        accepted: [
            {
                what: "the label of later releases",
                change: ([, , s]) => (s.props.metadata.labels = { "inference.llm-d.ai/ipp-managed": "true" }),
            },
            {
                what: "the key in base64",
                change: ([, , s]) => (delete s.props.stringData, (s.props.data = { "api-key": "eA==" })),
            },
            { what: "a Secret of somebody else", change: (all) => all.pop() },
            {
                what: "a label put on a Secret of somebody else",
                change: ([, , s]) => ((s.type = "kubernetes:core/v1:SecretPatch"), delete s.props.stringData),
            },
            {
                what: "a model of the cluster",
                change: ([r]) => (r.props.spec.modelRef = { kind: "LLMInferenceService", name: "x" }),
            },
            {
                what: "a Secret of that name elsewhere",
                change: ([, , s]) => ((s.props.metadata = { name: "key", namespace: "m" }), delete s.props.stringData),
            },
            {
                what: "a second external model",
                change: (all) => {
                    const more = structuredClone(all[1]);
                    more.props.metadata.name = "claude";
                    all.push({ ...more, name: "more" });
                },
            },
            {
                what: "another Secret beside",
                change: (all) =>
                    all.push(k("core/v1:Secret", "pull", { metadata: { name: "pull", namespace: "n" }, stringData: { a: "b" } })),
            },
            {
                what: "a Secret, while its name and that of the model's are not known",
                change: ([, e, s]) => {
                    e.props.spec.credentialRef.name = UNKNOWN;
                    s.props.metadata = { name: UNKNOWN, namespace: "n" };
                },
            },
            {
                what: "a Secret, while its namespace and the model's are not known",
                change: ([, e, s]) => {
                    e.props.metadata.namespace = UNKNOWN;
                    s.props.metadata = { name: "key", namespace: UNKNOWN };
                },
            },
            {
                what: "a label of a later release that is not known",
                change: ([, , s]) => (s.props.metadata.labels = { "inference.llm-d.ai/ipp-managed": UNKNOWN }),
            },
            {
                what: "a reference to what is not known",
                change: ([r]) => (r.props.spec.modelRef.name = UNKNOWN),
            },
            {
                what: "a Secret whose content is not known",
                change: ([, , s]) => (delete s.props.stringData, (s.props.data = UNKNOWN)),
            },
        ],
    },
};
