/** The models and tiers of the sample. */
import { object, type SampleBuilder } from "./sampleBuilder";

/** What the models need. */
export interface ModelsNeed {
    readonly serving: string;
    readonly dsc: string;
    readonly policy: string;
}

/** @param scale how often models and tiers are repeated @returns the component of the tiers */
export function addModelsAndTiers(b: SampleBuilder, { serving, dsc, policy }: ModelsNeed, scale: number): string {
    const options = { provider: b.provider };
    const governance = b.component("governance", "maas:governance:Governance", b.platform);
    const modelNamespace = b.core(serving, "Namespace", "maas", undefined, {}, []);
    for (let copy = 0; copy < scale; copy++) {
        const suffix = copy === 0 ? "" : `-${copy}`;
        const refs: string[] = [];
        for (const [model, pool, gpus, replicas] of [
            ["gpt-oss-20b", "l40s", 1, 1],
            ["nemotron-3-nano-30b-a3b", "l40s", 1, 2],
            ["llama-scout-17b", "burst", 4, 1],
        ] as const) {
            const unit = b.component(`${model}${suffix}`, "maas:serving:Model", serving);
            const isvc = b.cr(
                unit,
                "serving.kserve.io/v1alpha1",
                "LLMInferenceService",
                `${model}${suffix}`,
                "maas",
                {
                    spec: {
                        replicas,
                        model: { name: model, uri: `oci://registry.example.com/${model}@sha256:0000` },
                        template: {
                            nodeSelector: { "maas-platform.io/pool": pool },
                            tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }],
                            containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": String(gpus) } } }],
                        },
                    },
                },
                [dsc, policy, modelNamespace],
                300 + gpus * 60,
                "condition=Ready",
                { customTimeouts: { create: "40m", update: "40m" } },
            );
            refs.push(
                b.cr(
                    unit,
                    "maas.opendatahub.io/v1alpha1",
                    "MaaSModelRef",
                    `${model}${suffix}-ref`,
                    "maas",
                    { spec: { modelRef: { kind: "LLMInferenceService", name: model } } },
                    [isvc],
                    10,
                    "jsonpath={.status.phase}=Ready",
                ),
            );
            b.add(
                `${model}${suffix}-view`,
                "kubernetes:rbac.authorization.k8s.io/v1:Role",
                unit,
                object("rbac.authorization.k8s.io/v1", "Role", `${model}-view`, "maas"),
                { needs: [modelNamespace], options },
            );
        }
        for (const tier of ["free", "premium", "enterprise"]) {
            const unit = b.component(`${tier}${suffix}`, "maas:governance:Tier", governance);
            const group = b.add(
                `tier-${tier}-users${suffix}`,
                "kubernetes:user.openshift.io/v1:Group",
                unit,
                object("user.openshift.io/v1", "Group", `tier-${tier}-users`),
                { options },
            );
            const subscription = b.cr(
                unit,
                "maas.opendatahub.io/v1alpha1",
                "MaaSSubscription",
                `${tier}${suffix}`,
                "models-as-a-service",
                { spec: { owner: { groups: [`tier-${tier}-users`] } } },
                [...refs, group],
                8,
                "jsonpath={.status.phase}=Active",
            );
            b.cr(
                unit,
                "maas.opendatahub.io/v1alpha1",
                "MaaSAuthPolicy",
                `${tier}${suffix}-access`,
                "models-as-a-service",
                { spec: { subjects: { groups: [`tier-${tier}-users`] } } },
                [subscription, ...refs],
                12,
                "jsonpath={.status.phase}=Active",
            );
            for (const user of ["ann", "ben", "cem"]) {
                b.core(unit, "Namespace", `wksp-${user}-${tier}${suffix}`, undefined, {}, [group]);
                b.add(
                    `wksp-${user}-${tier}${suffix}`,
                    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
                    unit,
                    object("rbac.authorization.k8s.io/v1", "RoleBinding", "edit", `wksp-${user}-${tier}`),
                    { needs: [group], options },
                );
            }
        }
    }
    return governance;
}
