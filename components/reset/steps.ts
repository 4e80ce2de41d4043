/** What a reset of Models-as-a-Service deletes, in which order and why. Pure. */
import { groupOf } from "../../catalogue/tiers";
import type { Settings } from "../../stacks/schema";
import type { KindPath, KubeObject } from "../kube";

/** Objects of one kind that go together. */
export interface ResetStep {
    readonly id: string;
    /** For people: `MaaSAuthPolicy`. */
    readonly what: string;
    /** Why they go at this point. */
    readonly why: string;
    /** Where they are: without a namespace in all of them. */
    readonly kinds: readonly KindPath[];
    readonly labelSelector?: string;
    /** Which of them. Default: all. */
    readonly chosen?: (object: KubeObject) => boolean;
}

const MAAS = "maas.opendatahub.io/v1alpha1";
const INFERENCE = "inference.opendatahub.io/v1alpha1";
const USERS = "user.openshift.io/v1";

/**
 * The steps of a reset. What is governed goes before what governs it could still be found by, identities last.
 * Source: docs/sources/maas.md#reset.
 *
 * @param users whether the users of the stack are forgotten too, with their identities
 */
export function resetSteps(settings: Settings, users: boolean): ResetStep[] {
    const groups = new Set(settings.tiers.map(groupOf));
    const names = new Set(settings.identity.users.map(({ name }) => name));
    return [
        {
            id: "auth-policies",
            what: "MaaSAuthPolicy",
            why: "its finalizer takes the policy of each model's route away, which must still be found",
            kinds: [{ apiVersion: MAAS, plural: "maasauthpolicies" }],
        },
        {
            id: "subscriptions",
            what: "MaaSSubscription",
            why: "its finalizer takes the token limits of each model away",
            kinds: [{ apiVersion: MAAS, plural: "maassubscriptions" }],
        },
        {
            id: "published-models",
            what: "MaaSModelRef",
            why: "its finalizer takes away what is left of both",
            kinds: [{ apiVersion: MAAS, plural: "maasmodelrefs" }],
        },
        {
            id: "external-models",
            what: "ExternalModel, ExternalProvider",
            why: "nothing publishes them any more; their routes and Services go with them",
            kinds: [
                { apiVersion: MAAS, plural: "externalmodels" },
                { apiVersion: INFERENCE, plural: "externalmodels" },
                { apiVersion: INFERENCE, plural: "externalproviders" },
            ],
        },
        {
            id: "provider-keys",
            what: "Secret (keys of providers)",
            why: "no external model names them any more",
            kinds: [{ apiVersion: "v1", plural: "secrets" }],
            labelSelector: "inference.networking.k8s.io/bbr-managed=true",
        },
        {
            id: "groups",
            what: "Group",
            why: "those of the stack's tiers alone; until now their members could still be told apart",
            kinds: [{ apiVersion: USERS, plural: "groups" }],
            chosen: ({ metadata }) => groups.has(metadata.name),
        },
        ...(users
            ? [
                  {
                      id: "identities",
                      what: "Identity",
                      why: "one without its user would keep the user from logging in again",
                      kinds: [{ apiVersion: USERS, plural: "identities" }],
                      chosen: (object: KubeObject) => names.has(String((object["user"] as { name?: string } | undefined)?.name)),
                  },
                  {
                      id: "users",
                      what: "User",
                      why: "those of the stack alone; the next login makes them anew",
                      kinds: [{ apiVersion: USERS, plural: "users" }],
                      chosen: ({ metadata }: KubeObject) => names.has(metadata.name),
                  },
              ]
            : []),
    ];
}

/** What the controllers made of them, and must have taken away. */
export const generated: readonly ResetStep[] = [
    {
        id: "generated-auth-policies",
        what: "AuthPolicy maas-auth-*",
        why: "made of MaaSAuthPolicies, by maas-controller",
        kinds: [{ apiVersion: "kuadrant.io/v1", plural: "authpolicies" }],
        chosen: ({ metadata }) => metadata.name.startsWith("maas-auth-"),
    },
    {
        id: "generated-token-limits",
        what: "TokenRateLimitPolicy maas-trlp-*",
        why: "made of MaaSSubscriptions, by maas-controller",
        kinds: [{ apiVersion: "kuadrant.io/v1alpha1", plural: "tokenratelimitpolicies" }],
        chosen: ({ metadata }) => metadata.name.startsWith("maas-trlp-"),
    },
];
