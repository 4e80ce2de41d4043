/** The move from 3.3 to 3.4. Source: docs/sources/maas.md#tiers-of-33, #upgrades. */
import { groupsOf, modelsOf } from "../../catalogue/tiers";
import type { Move } from "./move";

export const to34: Move = {
    pins: [
        { operator: "rhods-operator", wrong: /\.3\.[0-3]\./, why: "is of an earlier release" },
        { operator: "rhcl-operator", wrong: /\.v1\.([0-2]\.|4\.)/, why: "is not of the line 1.3, which 3.4 needs" },
    ],
    image: /vllm-cuda-rhel9:3\.3\./,
    subjects: [
        ({ settings: { tiers, models, modelsNamespace } }) => ({
            changes: [
                "Tokens of ServiceAccounts (/maas-api/v1/tokens) are gone: every client needs a key (/maas-api/v1/api-keys), which begins with sk-oai-.",
                "A database is made for the keys; `database` says where, and how large.",
                ...(tiers.some((tier) => tier.models.length > 1)
                    ? [
                          `Token limits hold for each model now, and held for all models of a user together: ${tiers
                              .filter((tier) => tier.models.length > 1)
                              .map((tier) => `${tier.name} may use ${tier.models.length} times as much in all`)
                              .join(", ")}. Lower tokens if that is too much.`,
                      ]
                    : []),
                ...models
                    .filter((model) => !tiers.some((tier) => modelsOf(tier).includes(model.name)))
                    .map((model) => `No tier names model ${model.name}: it stays closed, and policies tell so.`),
                `Each model is put behind a scheduler of llm-d and started by the release's preset: its pods restart once.`,
                "A key keeps the tier for which it was made: whoever changes tiers makes a new key, and the old one is revoked.",
            ],
            before: [
                `Keep a copy: oc get configmap tier-to-group-mapping -n redhat-ods-applications -o yaml; oc get llminferenceservice -n ${modelsNamespace} -o yaml; oc get ratelimitpolicy,tokenratelimitpolicy,authpolicy -n openshift-ingress -o yaml.`,
                "Connectivity Link must be 1.3 and Authorino 1.3 or later: an Authorino of channel tech-preview-v1 is too old (delete its Subscription and its ClusterServiceVersion).",
                "Copy what ModelsAsService default-modelsasservice says of gatewayRef, apiKeys, externalOIDC and telemetry into `tenant`: oc get modelsasservice default-modelsasservice -o yaml.",
            ],
            after: [
                "OpenShift AI leaves its own objects of the old scheme behind. Old and new policies on one gateway override each other: oc delete authpolicy gateway-auth-policy -n openshift-ingress; oc delete configmap tier-to-group-mapping -n redhat-ods-applications.",
                `Take the annotation of the old tiers off what others deployed: oc annotate llminferenceservice --all -n ${modelsNamespace} alpha.maas.opendatahub.io/tiers-.`,
                `Tell the users of ${[...new Set(tiers.flatMap(groupsOf))].join(", ")} to make a key.`,
                "Going back needs the operator of 3.3 as well: Subscription and ClusterServiceVersion of rhods-operator.",
            ],
        }),
    ],
};
